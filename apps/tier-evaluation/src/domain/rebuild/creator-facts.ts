import type { CalendarDate } from '#libs/kernel';
import type { MetricValue } from '../ladder/ladder.ts';
import type { Standing } from '../standing/standing.ts';
import type { ToldDecision } from '../standing/told-decision.ts';

/** A decision as far as a standing follows from it. */
export type MadeDecision = Pick<
  ToldDecision,
  | 'kind'
  | 'number'
  | 'decidedFor'
  | 'tierBefore'
  | 'tierAfter'
  | 'tierVersion'
  | 'programVersion'
  | 'outcome'
  | 'value'
  | 'base'
  | 'opening'
>;

/** What the ledger says of what the latest decision knew. */
export interface KnownToDecision {
  readonly lifetime: MetricValue;
  /** Dated on the decision's date or later: what a promotion found booked already. */
  readonly fromDate: MetricValue;
  /** Dated in the window that a checkpoint closed. */
  readonly inWindow: MetricValue;
  /** Dated before the decision's date. */
  readonly beforeDate: MetricValue;
}

/** All that is kept of one creator apart from its standing: what was told, booked and decided. */
export interface CreatorFacts {
  /** Of the row of `standing`, which knows no other place for it; null if sales came first, or the row is missing. */
  readonly onboardedOn: CalendarDate | null;
  /** Of ingestion's latest event that is booked; null before the first. */
  readonly told: {
    /** 0 where none is booked, and the first was discarded. */
    readonly syncSequence: number;
    readonly businessDate: CalendarDate;
    readonly programVersion: number;
    /** Ingestion's lifetime total after that event, or after one that was discarded since, in the program's metric. */
    readonly lifetime: MetricValue;
  } | null;
  readonly ledger: {
    readonly sales: MetricValue;
    readonly adjustments: MetricValue;
    readonly adjustmentCount: number;
    readonly firstBooked: CalendarDate | null;
    readonly bookedThrough: CalendarDate | null;
  };
  readonly adjustments: { readonly count: number; readonly value: MetricValue; readonly programVersion: number };
  /** From the latest change of tier on, oldest first: windows follow from no earlier one. */
  readonly decisions: readonly MadeDecision[];
  readonly decisionCount: number;
  readonly checkpointCount: number;
  /** Of the latest decision; null without one. */
  readonly known: KnownToDecision | null;
  /** The business date of the first sync that reached the due date of the latest checkpoint. */
  readonly reviewedThrough: CalendarDate | null;
}

/** The row of `standing` with what the rules do not see of it. */
export interface KeptStanding {
  readonly standing: Standing;
  readonly lane: number;
}
