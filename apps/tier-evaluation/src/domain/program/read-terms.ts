import { isCurrency, isTimeZone, toRateBps } from '#libs/kernel';
import { parseMetric } from './metric-format.ts';
import type { ProgramTerms, Tier } from './program.ts';

export interface TierDraft {
  readonly name: string;
  readonly color: string;
  /** A decimal of the metric. */
  readonly threshold: string;
  readonly commissionRateBps: number;
}

/** A program as an admin sends it: the form of its fields is checked, their meaning is not. */
export interface ProgramDraft extends Omit<ProgramTerms, 'currency' | 'tiers'> {
  readonly currency: string;
  readonly tiers: readonly TierDraft[];
}

export interface TermsFault {
  /** JSON pointer into the draft. */
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
}

export type TermsReading =
  { readonly kind: 'terms'; readonly terms: ProgramTerms } | { readonly kind: 'faulty'; readonly faults: TermsFault[] };

const MAX_THRESHOLD = 10n ** 15n;

/** All faults at once. Tiers: 3-6 from the lowest, the first at 0, thresholds strictly increasing, names told apart. */
export function readTerms(draft: ProgramDraft): TermsReading {
  const faults: TermsFault[] = [];
  const fault = (pointer: string, code: string, message: string) => void faults.push({ pointer, code, message });
  if (!isTimeZone(draft.timezone))
    fault('/timezone', 'unknown_timezone', 'timezone is an IANA name such as America/New_York');
  if (!isWhole(draft.checkpointMonths, 1, 24))
    fault('/checkpointMonths', 'out_of_range', 'checkpointMonths is 1 to 24');
  if (!isWhole(draft.clearingDays, 0, 365)) fault('/clearingDays', 'out_of_range', 'clearingDays is 0 to 365');
  const { currency } = draft;
  if (!isCurrency(currency)) {
    fault('/currency', 'unknown_currency', 'currency is an ISO 4217 code such as USD');
    return { kind: 'faulty', faults };
  }
  const tiers = readTiers(draft.tiers, { metric: draft.metric, currency }, faults);
  return faults.length > 0 ? { kind: 'faulty', faults } : { kind: 'terms', terms: { ...draft, currency, tiers } };
}

function readTiers(
  drafts: readonly TierDraft[],
  measured: Pick<ProgramTerms, 'metric' | 'currency'>,
  faults: TermsFault[],
): Tier[] {
  const fault = (pointer: string, code: string, message: string) => void faults.push({ pointer, code, message });
  if (drafts.length < 3 || drafts.length > 6) fault('/tiers', 'out_of_range', 'a program has 3 to 6 tiers');
  const names = new Set<string>();
  const tiers: Tier[] = [];
  drafts.forEach((draft, index) => {
    const at = (field: string) => `/tiers/${index}/${field}`;
    const name = draft.name.trim();
    if (name === '' || name.length > 40) fault(at('name'), 'out_of_range', 'a name has 1 to 40 characters');
    if (names.has(name.toLowerCase())) fault(at('name'), 'not_unique', 'two tiers can not have the same name');
    names.add(name.toLowerCase());
    if (!/^#[0-9a-f]{6}$/i.test(draft.color)) fault(at('color'), 'malformed', 'color is written #rrggbb');
    if (!isWhole(draft.commissionRateBps, 0, 10_000)) {
      fault(at('commissionRateBps'), 'out_of_range', 'commissionRateBps is 0 to 10000');
      return;
    }
    const threshold = parseMetric(draft.threshold, measured);
    if (threshold === undefined || threshold < 0n || threshold > MAX_THRESHOLD) {
      fault(at('threshold'), 'malformed', 'threshold is a decimal of the metric, 0 or more');
      return;
    }
    tiers.push({ name, color: draft.color, threshold, commissionRateBps: toRateBps(draft.commissionRateBps) });
  });
  if (tiers.length === drafts.length) checkLadder(tiers, fault);
  return tiers;
}

function checkLadder(tiers: readonly Tier[], fault: (pointer: string, code: string, message: string) => void): void {
  tiers.forEach((tier, index) => {
    const before = tiers[index - 1];
    const pointer = `/tiers/${index}/threshold`;
    if (before === undefined && tier.threshold !== 0n) fault(pointer, 'not_zero', 'the first tier has threshold 0');
    if (before !== undefined && tier.threshold <= before.threshold) {
      fault(pointer, 'not_increasing', 'each threshold is above the one before');
    }
  });
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
