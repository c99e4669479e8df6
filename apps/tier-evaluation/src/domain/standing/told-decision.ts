import type { CalendarDate } from '#libs/kernel';
import type { MetricValue, TierNumber } from '../ladder/ladder.ts';
import type { Decision, PromotionCause } from './decision.ts';

/** A decision as its row tells it: of a checkpoint too with its cause, the first sync whose date reached the due date. */
export interface ToldDecision {
  readonly number: number;
  readonly kind: Decision['kind'];
  readonly decidedFor: CalendarDate;
  readonly windowStart: CalendarDate | null;
  readonly dueDate: CalendarDate | null;
  readonly value: MetricValue;
  readonly threshold: MetricValue;
  readonly tierBefore: TierNumber;
  readonly tierAfter: TierNumber;
  readonly outcome: Decision['outcome'];
  readonly tierVersion: number;
  readonly programVersion: number;
  readonly adjustmentsCounted: number;
  readonly base: MetricValue;
  readonly opening: MetricValue;
  readonly syncSequence: number;
  readonly adjustmentNumber: number;
  /** Null for a checkpoint whose sync is not completed here yet. */
  readonly cause: PromotionCause | null;
  /** The sync that is the cause, as it is known here; null for other causes, and until it is completed here. */
  readonly causingSync: { readonly sequence: number; readonly businessDate: CalendarDate } | null;
}
