/** What the backfill hurts. */
export const HARMS = ['foreground_latency', 'relay_lag'] as const;
export type Harm = (typeof HARMS)[number];

/** What the service's processes have measured of late; the worst of them. */
export interface Load {
  /** How many times their idle time foreground statements take; null where there are none. */
  readonly foregroundFactor: number | null;
  /** How long the oldest event that is not published waits already. */
  readonly relayLagMs: number;
  /** What that is when backfills are in nobody's way. */
  readonly idleLagMs: number;
  /** The highest share of its time that a worker of any process has worked; 0: none has. */
  readonly share: number;
  /** The workers of this process have rested all the while. */
  readonly onlyRested: boolean;
}

export interface Throttle {
  /** Of their time a process's workers work so much. */
  readonly share: number;
  /** Where harm began last. */
  readonly ceiling: number;
  readonly throttledBy: Harm | null;
}

export const UNTHROTTLED: Throttle = { share: 1, ceiling: 1, throttledBy: null };

const MOST_FACTOR = 2.5;
const MOST_LAG_MS = 200;
/** A relay that lags so far without backfills is not made better by waiting; one that stands still is another matter. */
const MOST_IDLE_LAG_MS = 2_000;
/** Work goes on whatever happens: harm may have another cause, and a job must end. */
const LEAST_SHARE = 0.05;
/** A chunk is not cut off where a second ends: about the least share is the least share. */
const NEXT_TO_NOTHING = 1.3 * LEAST_SHARE;
const BACK_OFF = 0.5;
const QUICK_STEP = 0.1;
/** Of the share at which harm began last: up to here it is regained in quick steps, ... */
const SAFE = 0.8;
/** ... from there on in such small ones, ... */
const CAREFUL_STEP = 0.02;
/** ... and where no harm came of so much, what did harm is gone. */
const DISPROVEN = 1.1;

export function harmIn(load: Load): Harm | null {
  const usualLagMs = MOST_FACTOR * Math.min(MOST_IDLE_LAG_MS, load.idleLagMs);
  if (load.relayLagMs > Math.max(MOST_LAG_MS, usualLagMs)) return 'relay_lag';
  return load.foregroundFactor !== null && load.foregroundFactor > MOST_FACTOR ? 'foreground_latency' : null;
}

/**
 * One look at the load, once a second. Half the share on harm; then quickly back to somewhat below where harm began, and
 * from there on in careful steps: so it settles about the harmful share instead of swinging around it. That nothing was
 * hurt while the workers rested proves nothing, and gives nothing back.
 */
export function adapt(throttle: Throttle, load: Load): Throttle {
  const harm = harmIn(load);
  if (harm !== null) {
    return { share: Math.max(LEAST_SHARE, throttle.share * BACK_OFF), ceiling: throttle.share, throttledBy: harm };
  }
  if (load.onlyRested) return throttle;
  const ceiling = throttle.share >= DISPROVEN * throttle.ceiling ? 1 : throttle.ceiling;
  const share = Math.min(1, regained(throttle.share, ceiling));
  return { share, ceiling, throttledBy: share < 1 ? throttle.throttledBy : null };
}

function regained(share: number, ceiling: number): number {
  const safe = SAFE * ceiling;
  return share < safe ? Math.min(safe, share + QUICK_STEP) : share + CAREFUL_STEP * ceiling;
}

/**
 * What is measured then has other causes than backfills. That goes for the least share too: harm that stays when next to
 * nothing is done any more was not done by it, and is soon taken for what is usual here.
 */
export function isIdle(share: number): boolean {
  return share <= NEXT_TO_NOTHING;
}

/**
 * What of the share falls to one of a process's workers, from 0: few work all the time and the others not at all. All at
 * once and then none would take every processor by turns from whom they are to make room for, and leave it idle in between.
 */
export function shareOf({ share }: Throttle, worker: number, workers: number): number {
  return Math.min(1, Math.max(0, share * workers - worker));
}

/** How long a worker rests after so much work. @param share above 0 */
export function restMs(share: number, workedMs: number): number {
  return (workedMs * (1 - share)) / share;
}
