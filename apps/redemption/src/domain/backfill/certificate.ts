import type { Cause } from '../entitlement/open-redemption.ts';

/** Why a creator met by a chunk gets no open row. Creators of other tiers are never met. */
export type Exclusion = Exclude<Cause, 'tier_changed'>;

/** What the chunks of a job, or one of them, have done; each creator met counts in exactly one of the last four. */
export interface BackfillTotals {
  readonly eligible: number;
  readonly created: number;
  readonly broughtBack: number;
  readonly alreadyOpen: number;
  readonly excluded: Readonly<Record<Exclusion, number>>;
  /** Rows hidden; their creators are among the excluded. */
  readonly hidden: number;
}

export function isBalanced(totals: BackfillTotals): boolean {
  const excluded = totals.excluded.reward_disabled + totals.excluded.right_used_up;
  return totals.eligible === totals.created + totals.broughtBack + totals.alreadyOpen + excluded;
}

export interface Pace {
  readonly rowsPerSecond: number | null;
  readonly etaSeconds: number | null;
}

/** The pace so far, counted in creators met. null before the first is met. */
export function paceOf(met: number, expected: number, elapsedMs: number): Pace {
  if (met === 0 || elapsedMs <= 0) return { rowsPerSecond: null, etaSeconds: null };
  const rowsPerSecond = Math.round((met * 1_000) / elapsedMs);
  const left = Math.max(0, expected - met);
  return { rowsPerSecond, etaSeconds: Math.ceil((left * elapsedMs) / met / 1_000) };
}
