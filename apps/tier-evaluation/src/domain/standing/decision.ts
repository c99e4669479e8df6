import type { AdjustmentId, CalendarDate, SyncId } from '#libs/kernel';
import type { MetricValue, TierNumber } from '../ladder/ladder.ts';

/** What made a promotion happen. */
export type PromotionCause =
  | { readonly kind: 'sync'; readonly syncId: SyncId }
  | { readonly kind: 'adjustment'; readonly adjustmentId: AdjustmentId }
  | { readonly kind: 'program'; readonly version: number };

interface Decided {
  /** The creator's decisions in order, from 1. */
  readonly number: number;
  readonly decidedFor: CalendarDate;
  readonly tierBefore: TierNumber;
  readonly tierAfter: TierNumber;
  /** After the decision. */
  readonly tierVersion: number;
  readonly programVersion: number;
  /** How many adjustments are in the value. */
  readonly adjustmentsCounted: number;
  /** After the decision. */
  readonly base: MetricValue;
  /**
   * What the creator's ledger held when this was decided: the sales of syncs up to this sequence (the latest that was
   * booked for the creator), and the adjustments up to this number.
   */
  readonly syncSequence: number;
  readonly adjustmentNumber: number;
}

/** The review of a closed window. Its cause is the sync whose date made it due, which follows from the due date. */
export interface CheckpointDecision extends Decided {
  readonly kind: 'checkpoint';
  /** The creator's checkpoints in order, from 1. */
  readonly checkpointNumber: number;
  readonly windowStart: CalendarDate;
  readonly dueDate: CalendarDate;
  /** V. */
  readonly value: MetricValue;
  /** Of the tier before. */
  readonly threshold: MetricValue;
  readonly outcome: 'maintained' | 'demoted' | 'promoted';
  /** Of the closed window. */
  readonly opening: MetricValue;
}

export interface PromotionDecision extends Decided {
  readonly kind: 'promotion';
  /** The window it left; null if there was none. */
  readonly windowStart: CalendarDate | null;
  readonly dueDate: CalendarDate | null;
  /** P. */
  readonly value: MetricValue;
  /** Of the tier reached. */
  readonly threshold: MetricValue;
  readonly outcome: 'promoted';
  /** Of the window it opened. */
  readonly opening: MetricValue;
  readonly cause: PromotionCause;
}

export type Decision = CheckpointDecision | PromotionDecision;
