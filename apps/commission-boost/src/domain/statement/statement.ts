import type { BoostId, CalendarDate, ClientId, CreatorId, RedemptionId, SyncId } from '#libs/kernel';
import type { BoostTerms, Payment } from '../boost/boost.ts';
import type { ReadingKind } from '../boost/correction.ts';

/** A sync of a reading, with what shows that it was the first to reach the date it was waited for. */
export interface ReadSync {
  readonly sequence: number;
  readonly id: SyncId;
  readonly businessDate: CalendarDate;
  /** Of the client's sync before it; null for its very first. */
  readonly previousBusinessDate: CalendarDate | null;
  readonly fileSha256: string;
}

/** What one sync changed of the creator's lifetime GMV between the two readings. */
export interface StatementEntry {
  readonly syncSequence: number;
  readonly syncId: SyncId;
  readonly businessDate: CalendarDate;
  readonly differenceMinor: bigint;
  /** Lifetime, after it. */
  readonly gmvMinor: bigint;
}

/** What a later file of a reading's own business date would have made of it. The reading stays. */
export interface ReadingCorrection {
  readonly reading: ReadingKind;
  readonly syncSequence: number;
  readonly syncId: SyncId;
  readonly businessDate: CalendarDate;
  readonly differenceMinor: bigint;
}

/** A final amount that an admin has set, from version 1; why stands as a digest, so that the text can be erased. */
export interface Adjustment {
  readonly number: number;
  readonly amountMinor: bigint;
  readonly by: string;
  readonly at: Date;
  readonly reasonDigest: string;
}

/** Everything that a statement of a boost can tell, as it is known now. */
export interface StatementSource {
  readonly clientId: ClientId;
  readonly boostId: BoostId;
  readonly redemptionId: RedemptionId;
  readonly creatorId: CreatorId;
  readonly claimedOn: CalendarDate;
  readonly terms: BoostTerms;
  readonly activation: {
    readonly sync: ReadSync;
    /** The creator's boost that ended at this sync, if without it this one would have begun at an earlier one. */
    readonly waitedFor: BoostId | null;
    readonly gmvMinor: bigint;
    readonly activatedAt: Date;
  };
  readonly expiry: { readonly sync: ReadSync; readonly gmvMinor: bigint; readonly expiryDate: CalendarDate };
  readonly entries: readonly StatementEntry[];
  readonly corrections: readonly ReadingCorrection[];
  /** All that have been set by now, the first first. */
  readonly adjustments: readonly Adjustment[];
  readonly payment: Payment | null;
}

/** How much of the source a version tells: what happened later belongs to a later one. */
export interface StatementExtent {
  readonly adjustmentCount: number;
  readonly isPaid: boolean;
}
