const NONE = 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF';
const THREE = 'BHD IQD JOD KWD LYD OMR TND';

/** Decimals of ISO 4217, of those that do not have two. */
const DECIMALS = new Map([...NONE.split(' ').map((code) => [code, 0]), ...THREE.split(' ').map((code) => [code, 3])]);

/** @param {string} code @returns {number} */
export function decimalsOf(code) {
  return DECIMALS.get(code) ?? 2;
}

/** @param {string} minor @param {number} decimals @returns {string} */
export function formatMinor(minor, decimals) {
  const digits = minor.replace('-', '').padStart(decimals + 1, '0');
  const sign = minor.startsWith('-') ? '-' : '';
  return decimals === 0 ? minor : `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}
