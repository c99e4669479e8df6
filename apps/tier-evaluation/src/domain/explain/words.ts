import { addDays, decimalsOf, type CalendarDate } from '#libs/kernel';
import type { MetricValue, TierNumber } from '../ladder/ladder.ts';
import { formatMetric } from '../program/metric-format.ts';
import type { Program } from '../program/program.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `5 May 2025`: no reader takes it for another day. */
export function dateInWords(date: CalendarDate): string {
  return `${dayAndMonth(date)} ${date.slice(0, 4)}`;
}

/** `[from, to)` as people say it, both days included: `15 Jan–14 May 2025`. */
export function periodInWords(from: CalendarDate, to: CalendarDate): string {
  const last = addDays(to, -1);
  if (last <= from) return dateInWords(from);
  const start = from.slice(0, 4) === last.slice(0, 4) ? dayAndMonth(from) : dateInWords(from);
  return `${start}–${dateInWords(last)}`;
}

function dayAndMonth(date: CalendarDate): string {
  return `${Number(date.slice(8, 10))} ${MONTHS[Number(date.slice(5, 7)) - 1]}`;
}

/** `$1,250.00`, or `1,250 units` in a program that counts units. */
export function valueInWords(value: MetricValue, program: Program): string {
  const decimal = formatMetric(value, program) as `${number}`;
  if (program.metric === 'units')
    return `${moneyless.format(decimal)} ${value === 1n || value === -1n ? 'unit' : 'units'}`;
  return currencyFormat(program).format(decimal);
}

const moneyless = new Intl.NumberFormat('en-US');

const currencyFormats = new Map<string, Intl.NumberFormat>();

/** The amount's own decimals, which Intl knows otherwise for some currencies. */
function currencyFormat({ currency }: Program): Intl.NumberFormat {
  const known = currencyFormats.get(currency);
  if (known !== undefined) return known;
  const decimals = decimalsOf(currency);
  const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  const made = new Intl.NumberFormat('en-US', { style: 'currency', currency, ...digits });
  currencyFormats.set(currency, made);
  return made;
}

/** `$1,250.00 of sales`, `1,250 units`. */
export function countedInWords(value: MetricValue, program: Program): string {
  return `${valueInWords(value, program)}${program.metric === 'sales' ? ' of sales' : ''}`;
}

export function tierInWords(tier: TierNumber, program: Program): string {
  return program.tiers[tier - 1]?.name ?? `tier ${tier}`;
}
