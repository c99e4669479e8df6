import fc from 'fast-check';
import { addDays, addMonths, daysBetween, startOfMonth, toCalendarDate, type CalendarDate } from '#libs/kernel';
import type { ProgramTerms } from '../../src/domain/program/program.ts';
import { aProgram } from '../creator-history.ts';
import type { ClientHistory, HistorySync, Share } from './client-history.ts';

const MOST_STEPS = 60;

type Kind = Pick<ProgramTerms, 'metric' | 'mode' | 'attribution' | 'checkpointMonths'> & { tiers: number };

const kind = (
  metric: Kind['metric'],
  checkpointMonths: number,
  tiers: number,
  others: Partial<Pick<Kind, 'attribution' | 'mode'>> = {},
): Kind => ({ metric, mode: 'checkpoint', attribution: 'ledger', checkpointMonths, tiers, ...others });

/** The short windows come first, for most of what can go wrong takes several of them. */
export const KINDS: readonly Kind[] = [
  kind('units', 1, 4),
  kind('sales', 1, 6),
  kind('units', 1, 5, { attribution: 'post_date' }),
  kind('sales', 4, 4),
  kind('units', 3, 3),
  kind('sales', 2, 4, { attribution: 'post_date' }),
  kind('units', 12, 5),
  kind('sales', 24, 3),
  kind('units', 4, 6, { mode: 'lifetime' }),
  kind('sales', 1, 3, { mode: 'lifetime', attribution: 'post_date' }),
];

/** Thresholds are whole hundreds, and so is many a value: sums meet them exactly. */
const ladderOf = (tiers: number): fc.Arbitrary<bigint[]> =>
  fc
    .array(fc.bigInt(1n, 12n), { minLength: tiers - 1, maxLength: tiers - 1 })
    .map((steps) => steps.reduce((ladder, step) => [...ladder, (ladder.at(-1) ?? 0n) + step * 100n], [0n]));

const START_DATES = ['2023-10-31', '2023-12-31', '2024-01-29', '2024-01-31', '2024-02-29', '2025-08-30', '2027-11-30'];

/** From one sync to the next. Months are what due dates fall on; the rest is weeks, days, twice a day, and long silence. */
const pause = fc.oneof(
  { weight: 5, arbitrary: fc.record({ days: fc.integer({ min: 0, max: 12 }) }) },
  { weight: 3, arbitrary: fc.record({ days: fc.constantFrom(0, 1, 7) }) },
  { weight: 4, arbitrary: fc.constant('same day of the next month' as const) },
  { weight: 3, arbitrary: fc.constant('end of the month' as const) },
  { weight: 1, arbitrary: fc.record({ days: fc.integer({ min: 40, max: 150 }) }) },
);

const drawnSync = fc.record({
  pause,
  joined: oneIn(5),
  late: oneIn(4),
  adjustedFirst: fc.boolean(),
});

/** A date by how far it lies back: in days, or in syncs, whose dates are those that windows begin and end on. */
const back = fc.oneof(
  fc.record({ days: fc.integer({ min: 0, max: 60 }) }),
  fc.record({ syncs: fc.integer({ min: 0, max: 12 }) }),
);

const recent = fc.oneof(
  fc.record({ days: fc.integer({ min: 0, max: 9 }) }),
  fc.record({ syncs: fc.integer({ min: 0, max: 2 }) }),
);

const value = fc.oneof(
  { weight: 3, arbitrary: fc.bigInt(-400n, 900n) },
  { weight: 2, arbitrary: fc.integer({ min: -4, max: 12 }).map((hundreds) => BigInt(hundreds) * 100n) },
);

const drawnShare = fc.record({
  brought: someOf(
    [3, 5],
    fc.array(fc.record({ back, firstSighting: fc.boolean(), value }), { minLength: 1, maxLength: 3 }),
  ),
  adjustment: someOf(
    [1, 12],
    fc.record({
      value: value.filter((drawn) => drawn !== 0n),
      back: fc.option(
        fc.oneof(
          { weight: 4, arbitrary: recent },
          { weight: 1, arbitrary: fc.oneof(back, fc.record({ days: fc.constant(-1) })) },
        ),
        { freq: 2 },
      ),
    }),
  ),
  parkedFor: fc.oneof(
    { weight: 59, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 6 }) },
  ),
});

type DrawnSync = typeof drawnSync extends fc.Arbitrary<infer T> ? T : never;
type DrawnShare = typeof drawnShare extends fc.Arbitrary<infer T> ? T : never;
type Back = typeof back extends fc.Arbitrary<infer T> ? T : never;

/** A client under a kind of program, with so many creators. Each begins at a sync of its own. */
export function clientHistory(of: Kind, creators: number): fc.Arbitrary<ClientHistory> {
  const life = fc.record({
    silentFor: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 40 })),
    shares: fc.array(drawnShare, { minLength: 20, maxLength: MOST_STEPS, size: 'max' }),
  });
  return fc
    .record({
      ladder: ladderOf(of.tiers),
      start: fc.constantFrom(...START_DATES),
      syncs: fc.array(drawnSync, { minLength: MOST_STEPS / 2, maxLength: MOST_STEPS, size: 'max' }),
      lives: fc.array(life, { minLength: creators, maxLength: creators, size: 'max' }),
    })
    .map(({ ladder, start, syncs, lives }) => {
      const { tiers: _tiers, ...terms } = of;
      const dated = datesOf(toCalendarDate(start), syncs, of.checkpointMonths >= 12 ? 4 : 1);
      const dates = dated.map((sync) => sync.date);
      return {
        program: aProgram({ ...terms, thresholds: ladder }),
        syncs: dated,
        creators: lives.map(({ silentFor, shares }) =>
          dates.map((_, index) => shareOf(index < silentFor ? undefined : shares[index - silentFor], index, dates)),
        ),
      };
    });
}

function datesOf(start: CalendarDate, syncs: readonly DrawnSync[], pace: number): HistorySync[] {
  let date = start;
  return syncs.map(({ pause: until, ...flags }, index) => {
    if (index > 0) date = typeof until === 'string' ? monthLater(date, until) : addDays(date, until.days * pace);
    return { date, ...flags };
  });
}

function monthLater(date: CalendarDate, until: Extract<DrawnSync['pause'], string>): CalendarDate {
  if (until === 'same day of the next month') return addMonths(date, 1);
  const end = addDays(addMonths(startOfMonth(date), 1), -1);
  return daysBetween(date, end) > 0 ? end : addDays(addMonths(startOfMonth(date), 2), -1);
}

function shareOf(drawn: DrawnShare | undefined, index: number, dates: readonly CalendarDate[]): Share {
  const { brought, adjustment, parkedFor = 0 } = drawn ?? {};
  return {
    brought: brought?.map(({ back: far, ...rest }) => ({ ...rest, postDate: dateBack(far, index, dates) })),
    adjustment: adjustment && {
      value: adjustment.value,
      effectiveOn: adjustment.back && dateBack(adjustment.back, index, dates),
    },
    parkedFor,
  };
}

function dateBack(far: Back, index: number, dates: readonly CalendarDate[]): CalendarDate {
  const today = dates[index] as CalendarDate;
  return 'days' in far ? addDays(today, -far.days) : (dates[Math.max(0, index - far.syncs)] as CalendarDate);
}

function oneIn(many: number): fc.Arbitrary<boolean> {
  return fc.oneof({ weight: many - 1, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) });
}

function someOf<T>([some, of]: [number, number], arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: of - some, arbitrary: fc.constant(undefined) }, { weight: some, arbitrary });
}
