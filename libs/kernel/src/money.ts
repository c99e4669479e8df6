/**
 * Money as an integer of minor units with its currency: 28.75 USD is `{ minor: 2875n, currency: 'USD' }`, 2875 JPY is
 * `{ minor: 2875n, currency: 'JPY' }`. On the wire it is `{ amount: '28.75', currency: 'USD' }`. No float is near it.
 */
export interface Money {
  readonly minor: bigint;
  readonly currency: Currency;
}

export interface MoneyOnWire {
  readonly amount: string;
  readonly currency: string;
}

declare const currency: unique symbol;
/** An ISO 4217 code with known decimals. */
export type Currency = string & { readonly [currency]: true };

const NO_DECIMALS = 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF';
const THREE_DECIMALS = 'BHD IQD JOD KWD LYD OMR TND';
const TWO_DECIMALS =
  'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP ' +
  'CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES ' +
  'KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK ' +
  'NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB ' +
  'TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD YER ZAR ZMW ZWG';

const DECIMALS = new Map<string, number>([
  ...TWO_DECIMALS.split(' ').map((code) => [code, 2] as const),
  ...NO_DECIMALS.split(' ').map((code) => [code, 0] as const),
  ...THREE_DECIMALS.split(' ').map((code) => [code, 3] as const),
]);

export function isCurrency(code: string): code is Currency {
  return DECIMALS.has(code);
}

/** @throws RangeError for an unknown code. */
export function toCurrency(code: string): Currency {
  if (!isCurrency(code)) throw new RangeError(`not a currency: ${code.slice(0, 10)}`);
  return code;
}

/** The number of decimals of the currency's amounts: 2 for USD, 0 for JPY, 3 for KWD. */
export function decimalsOf(code: Currency): number {
  return DECIMALS.get(code) ?? 2;
}

/** `formatMinor(-5n, 2)` is `-0.05`; with 0 decimals there is no point. */
export function formatMinor(minor: bigint, decimals: number): string {
  if (decimals === 0) return minor.toString();
  const digits = (minor < 0n ? -minor : minor).toString().padStart(decimals + 1, '0');
  return `${minor < 0n ? '-' : ''}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/**
 * Reads a plain decimal such as `1234.5` or `-0.05` as minor units; undefined for more decimals than the currency has
 * and for anything else (signs other than a leading minus, thousands separators, exponents).
 */
export function parseMinor(text: string, decimals: number): bigint | undefined {
  const match = /^(-?)(\d{1,24})(?:\.(\d+))?$/.exec(text);
  if (!match) return undefined;
  const fraction = match[3] ?? '';
  if (fraction.length > decimals) return undefined;
  const minor = BigInt(`${match[2]}${fraction.padEnd(decimals, '0')}`);
  return match[1] === '-' ? -minor : minor;
}

export function moneyToWire(money: Money): MoneyOnWire {
  return { amount: formatMinor(money.minor, decimalsOf(money.currency)), currency: money.currency };
}

/** @throws RangeError for an unknown currency or an amount that is not a decimal of that currency. */
export function moneyFromWire(wire: MoneyOnWire): Money {
  const code = toCurrency(wire.currency);
  const minor = parseMinor(wire.amount, decimalsOf(code));
  if (minor === undefined) throw new RangeError(`not an amount of ${code}`);
  return { minor, currency: code };
}
