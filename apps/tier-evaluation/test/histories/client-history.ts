import type { CalendarDate } from '#libs/kernel';
import type { ProgramTerms } from '../../src/domain/program/program.ts';

/** What a sync brings of videos of one post date. */
export interface Brought {
  readonly postDate: CalendarDate;
  readonly firstSighting: boolean;
  readonly value: bigint;
}

export interface GivenAdjustment {
  readonly value: bigint;
  /** Null: today. May lie in a closed window or in the future: then it is to be refused. */
  readonly effectiveOn: CalendarDate | null;
}

/** What of one sync, and after it, concerns one creator. */
export interface Share {
  readonly brought: readonly Brought[] | undefined;
  readonly adjustment: GivenAdjustment | undefined;
  /** From this sync on the creator's events wait as those of a parked key do, for so many syncs. */
  readonly parkedFor: number;
}

export interface HistorySync {
  readonly date: CalendarDate;
  /** Its events are handed over together with those of the next sync. */
  readonly joined: boolean;
  /** The watermark does not come by before the next sync's events. */
  readonly late: boolean;
  /** The adjustments of this sync are given before the watermark has reached it. */
  readonly adjustedFirst: boolean;
}

/** One client's syncs under one program, and what they are to each of its creators: a share for every sync. */
export interface ClientHistory {
  readonly program: ProgramTerms;
  readonly syncs: readonly HistorySync[];
  readonly creators: readonly (readonly Share[])[];
}

/** The same history with one creator alone. */
export function alone(history: ClientHistory, creator: number): ClientHistory {
  return { ...history, creators: [history.creators[creator] ?? []] };
}

export function inWords(history: ClientHistory): string {
  const { metric, mode, attribution, checkpointMonths, tiers } = history.program;
  const ladder = tiers.map((tier) => tier.threshold).join(' / ');
  const lines = history.syncs.map((sync, index) => {
    const flags = [sync.joined && 'joined', sync.late && 'late', sync.adjustedFirst && 'adjusted first'];
    const shares = history.creators.map((life) => shareInWords(life[index]));
    return [`sync ${index + 1} of ${sync.date}`, ...flags.filter(Boolean), ...shares].join(', ');
  });
  return [`${metric} ${mode} ${attribution} ${checkpointMonths} months, ladder ${ladder}`, ...lines].join('\n');
}

function shareInWords(share: Share | undefined): string {
  const brought = share?.brought?.map(
    ({ postDate, firstSighting, value }) => `${value} of ${postDate}${firstSighting ? ' first seen' : ''}`,
  );
  const { adjustment, parkedFor } = share ?? {};
  return [
    parkedFor && `parked for ${parkedFor}`,
    brought === undefined ? 'nothing' : `brings ${brought.join(' and ')}`,
    adjustment && `adjusted by ${adjustment.value} for ${adjustment.effectiveOn ?? 'today'}`,
  ]
    .filter(Boolean)
    .join(', ');
}
