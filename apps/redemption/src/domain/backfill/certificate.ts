import type { Cause } from '../entitlement/open-redemption.ts';

/** Why a creator met by a chunk gets no open row. Creators of other tiers are never met. */
export type Exclusion = Exclude<Cause, 'tier_changed' | 'erased'>;

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

/** What people who wait are told. */
export interface Progress {
  /** Of the creators expected when the job began, in tenths. More may turn up; it is over when it says 100. */
  readonly percent: number;
  /** Creators met; null before it is known. */
  readonly rowsPerSecond: number | null;
  readonly etaSeconds: number | null;
}

export interface Pace {
  readonly met: number;
  readonly expected: number;
  /** 0: not known. */
  readonly rowsPerSecond: number;
  readonly isDone: boolean;
}

/** Short of the end a job is never told to be through, however wrong the estimate was. */
const ALMOST = 99.9;

export function progressOf({ met, expected, rowsPerSecond, isDone }: Pace): Progress {
  const reached = expected === 0 ? 0 : Math.min(ALMOST, Math.floor((met * 1_000) / expected) / 10);
  const isPaced = rowsPerSecond > 0;
  return {
    percent: isDone ? 100 : reached,
    rowsPerSecond: isPaced ? rowsPerSecond : null,
    etaSeconds: isDone || !isPaced ? null : Math.ceil(Math.max(0, expected - met) / rowsPerSecond),
  };
}

/** Rows in a time, per second; 0 when there was no time. */
export function paceOf(rows: number, elapsedMs: number): number {
  return elapsedMs <= 0 ? 0 : Math.round((rows * 1_000) / elapsedMs);
}

/** The pace of the last seconds: one slow second does not double the remaining time. */
export function smoothPace(before: number, latest: number): number {
  return before === 0 ? latest : Math.round(before * 0.7 + latest * 0.3);
}
