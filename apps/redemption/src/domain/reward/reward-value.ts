import type { FieldFault } from '#libs/contracts';
import { decimalsOf, formatMinor, parseMinor, type Currency } from '#libs/kernel';
import type { RewardType, RewardValue, ValueOfType } from './reward.ts';

export type ValueReading =
  | { readonly kind: 'value'; readonly value: RewardValue }
  | { readonly kind: 'faults'; readonly faults: readonly FieldFault[] };

type Members = Readonly<Record<string, unknown>>;
/** Takes one member of the value, or notes what is wrong with it. */
type Take = <T>(name: string, kind: Kind<T>) => T;

interface Kind<T> {
  readonly read: (given: unknown) => T | undefined;
  readonly code: string;
  readonly expected: string;
}

const MAX_AMOUNT_MINOR = 1_000_000_000_000n;
const MAX_TEXT = 27;

/** Checks the value of a reward of a type, in a program of a currency: every fault at once, each with its pointer. */
export function readRewardValue(type: RewardType, given: Members, currency: Currency): ValueReading {
  const faults: FieldFault[] = [];
  const seen = new Set<string>();
  const take: Take = (name, kind) => {
    seen.add(name);
    const value = kind.read(given[name]);
    if (value === undefined)
      faults.push(fault(name, given[name] === undefined ? 'required' : kind.code, kind.expected));
    return value as never;
  };
  const value = READERS[type](take, given, currency);
  for (const name of Object.keys(given)) {
    if (!seen.has(name)) faults.push(fault(name, 'unknown', `no member of the value of a ${type}`));
  }
  return faults.length === 0 ? { kind: 'value', value } : { kind: 'faults', faults };
}

const READERS: { readonly [T in RewardType]: (take: Take, given: Members, currency: Currency) => ValueOfType[T] } = {
  gift_card: (take, _, currency) => ({ amount: take('amount', amountOf(currency)) }),
  spark_ads: (take, _, currency) => ({ amount: take('amount', amountOf(currency)) }),
  commission_boost: (take) => ({
    rateBps: take('rateBps', whole(1, 10_000)),
    durationDays: take('durationDays', whole(1, 3_650)),
  }),
  discount: (take, given) => ({
    percent: take('percent', whole(1, 100)),
    durationMinutes: take('durationMinutes', whole(10, 525_600)),
    couponCode: take('couponCode', COUPON),
    ...(given['maxUses'] === undefined ? {} : { maxUses: take('maxUses', whole(1, 1_000_000_000)) }),
  }),
  physical_gift: (take, given) => ({
    requiresSize: take('requiresSize', FLAG),
    ...(given['sizeOptions'] === undefined && given['requiresSize'] !== true
      ? {}
      : { sizeOptions: take('sizeOptions', SIZES) }),
    displayText: take('displayText', DISPLAY_TEXT),
  }),
  experience: (take) => ({ displayText: take('displayText', DISPLAY_TEXT) }),
};

function whole(least: number, most: number): Kind<number> {
  return {
    read: (given) =>
      typeof given === 'number' && Number.isInteger(given) && given >= least && given <= most ? given : undefined,
    code: 'out_of_range',
    expected: `a whole number from ${least} to ${most}`,
  };
}

const COUPON: Kind<string> = {
  read: (given) => (typeof given === 'string' && /^[A-Z0-9]{2,8}$/.test(given) ? given : undefined),
  code: 'pattern',
  expected: '2 to 8 of A-Z and 0-9',
};

const FLAG: Kind<boolean> = {
  read: (given) => (typeof given === 'boolean' ? given : undefined),
  code: 'type',
  expected: 'true or false',
};

const DISPLAY_TEXT: Kind<string> = {
  read: (given) => text(given, MAX_TEXT),
  code: 'length',
  expected: `a text of 1 to ${MAX_TEXT} characters`,
};

const SIZES: Kind<readonly string[]> = {
  read: (given) => {
    if (!Array.isArray(given) || given.length === 0 || given.length > 30) return undefined;
    const sizes = given.map((size) => text(size, 20)).filter((size) => size !== undefined);
    return sizes.length === given.length && new Set(sizes).size === sizes.length ? sizes : undefined;
  },
  code: 'list',
  expected: '1 to 30 different texts of 1 to 20 characters',
};

function amountOf(currency: Currency): Kind<{ readonly amount: string; readonly currency: string }> {
  const decimals = decimalsOf(currency);
  return {
    read: (given) => {
      if (typeof given !== 'object' || given === null) return undefined;
      const { amount, currency: code } = given as Members;
      const minor = typeof amount === 'string' ? parseMinor(amount, decimals) : undefined;
      if (code !== currency || minor === undefined || minor <= 0n || minor > MAX_AMOUNT_MINOR) return undefined;
      return { amount: formatMinor(minor, decimals), currency };
    },
    code: 'amount',
    expected: `an amount above 0 in ${currency}, with at most ${decimals} decimals`,
  };
}

/** Counted as people count them: code points, not UTF-16 units. */
function text(given: unknown, most: number): string | undefined {
  if (typeof given !== 'string' || given.trim() === '') return undefined;
  return [...given].length <= most ? given : undefined;
}

function fault(name: string, code: string, expected: string): FieldFault {
  return { pointer: `/value/${name}`, code, message: `${name}: ${expected}` };
}
