import type { BoostId, CalendarDate, CreatorId, RedemptionId, SyncId } from '#libs/kernel';

export const READINGS = ['activation', 'expiry'] as const;

export type ReadingKind = (typeof READINGS)[number];

/** What a later sync of a reading's own business date has changed for its creator. The reading itself never changes. */
export interface Correction {
  readonly boostId: BoostId;
  readonly redemptionId: RedemptionId;
  readonly creatorId: CreatorId;
  readonly reading: ReadingKind;
  readonly businessDate: CalendarDate;
  readonly syncSequence: number;
  readonly syncId: SyncId;
  readonly differenceMinor: bigint;
}
