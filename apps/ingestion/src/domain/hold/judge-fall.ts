import type { Movement } from '../sync/manifest.ts';

/** What a file would take away. */
export interface Fall {
  readonly gmvBeforeMinor: bigint;
  readonly gmvAfterMinor: bigint;
  /** Creators that the client had before the file. */
  readonly creatorsBefore: number;
  /** Those among them whose total GMV the file lowers. */
  readonly creatorsFalling: number;
}

export type HoldReason =
  | {
      readonly rule: 'total_gmv';
      readonly gmvBeforeMinor: bigint;
      readonly gmvAfterMinor: bigint;
      readonly limitPercent: 20;
    }
  | {
      readonly rule: 'creators';
      readonly creatorsBefore: number;
      readonly creatorsFalling: number;
      readonly limitPercent: 10;
    };

/** Why a sync waits for an admin, with the creators that fall most. */
export interface Hold {
  readonly reasons: readonly HoldReason[];
  readonly falling: readonly Movement[];
}

const FEWEST_CREATORS = 20;

/**
 * Why a file must wait for an admin: it lowers the client's total GMV by more than 20 %, or, from 20 creators on, the
 * totals of more than 10 % of them. Nothing to wait for is an empty list. A total that is not positive can not fall by a
 * share of itself.
 */
export function judgeFall(fall: Fall): readonly HoldReason[] {
  const { gmvBeforeMinor, gmvAfterMinor, creatorsBefore, creatorsFalling } = fall;
  const reasons: HoldReason[] = [];
  if (gmvBeforeMinor > 0n && (gmvBeforeMinor - gmvAfterMinor) * 5n > gmvBeforeMinor) {
    reasons.push({ rule: 'total_gmv', gmvBeforeMinor, gmvAfterMinor, limitPercent: 20 });
  }
  if (creatorsBefore >= FEWEST_CREATORS && creatorsFalling * 10 > creatorsBefore) {
    reasons.push({ rule: 'creators', creatorsBefore, creatorsFalling, limitPercent: 10 });
  }
  return reasons;
}
