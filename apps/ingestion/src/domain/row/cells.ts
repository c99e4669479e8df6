import { parseMinor } from '#libs/kernel';

/** No number of a row is larger, so that no sum over a client's videos leaves a bigint. Also the limit of GMV. */
export const LARGEST_NUMBER = 10n ** 12n;
const LONGEST_TITLE = 2_200;

const DIGITS = /^\d+$/;
const GROUPED = /^\d{1,3}(?:,\d{3})+$/;
const AMOUNT = /^(-?)\$?(-?)(\d[\d,]*)(\.\d+)?$/;
const PERCENT = /^(?:\d+(?:\.\d+)?|\.\d+)\s*%?$/;

/** A whole number, thousands commas allowed; undefined for anything else. `-` alone for `signed`. */
export function readCount(cell: string, signed: boolean): bigint | undefined {
  const text = cell.trim();
  const negative = signed && text.startsWith('-');
  const number = wholeNumber(negative ? text.slice(1) : text);
  if (number === undefined || BigInt(number) > LARGEST_NUMBER) return undefined;
  return negative ? -BigInt(number) : BigInt(number);
}

/** `$1,234.5`, `-$3`, `$-3` or plain; at most the currency's decimals and 10^12 minor units to either side. */
export function readGmv(cell: string, decimals: number): bigint | undefined {
  const match = AMOUNT.exec(cell.trim());
  if (match === null) return undefined;
  const [, before, after, whole = '', fraction = ''] = match;
  const number = wholeNumber(whole);
  if (number === undefined || (before === '-' && after === '-')) return undefined;
  const minor = parseMinor(number + fraction, decimals);
  if (minor === undefined || minor > LARGEST_NUMBER) return undefined;
  return before === '-' || after === '-' ? -minor : minor;
}

/** A percentage, with or without its sign, or nothing. It counts for nothing, but text in its place is a fault. */
export function isClickThroughRate(cell: string): boolean {
  const text = cell.trim();
  return text === '' || PERCENT.test(text);
}

/** Up to 2,200 characters; an emoji is one, whatever it is made of in UTF-16. */
export function isTitle(cell: string): boolean {
  return cell.length <= LONGEST_TITLE || [...cell].length <= LONGEST_TITLE;
}

function wholeNumber(text: string): string | undefined {
  if (DIGITS.test(text)) return text;
  return GROUPED.test(text) ? text.replaceAll(',', '') : undefined;
}
