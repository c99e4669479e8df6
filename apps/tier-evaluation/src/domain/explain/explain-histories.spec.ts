import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDays } from '#libs/kernel';
import { aProgram, day, type Sales } from '../../../test/creator-history.ts';
import { RecordedHistory, type Snapshot } from '../../../test/recorded-history.ts';
import type { CreatorRecord, Viewpoint } from './creator-record.ts';
import { explain } from './explain.ts';

const step = fc.record({
  afterDays: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 70 })),
  sales: fc.option(
    fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 60 }), fc.bigInt(-900n, 1_800n)), { maxLength: 3 }),
    { nil: undefined },
  ),
  adjustments: fc.array(fc.tuple(fc.bigInt(-1_500n, 1_500n), fc.integer({ min: 0, max: 50 })), { maxLength: 2 }),
  program: fc.option(fc.record({ checkpointMonths: fc.integer({ min: 1, max: 5 }), percent: fc.bigInt(40n, 160n) }), {
    nil: undefined,
    freq: 6,
  }),
});

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

interface Played {
  readonly record: CreatorRecord;
  readonly history: RecordedHistory;
  /** The state at the end of each day that had a sync. */
  readonly endOfDay: ReadonlyMap<string, Snapshot>;
}

function play(steps: readonly Step[], terms: Parameters<typeof aProgram>[0]): Played {
  const history = new RecordedHistory(aProgram(terms));
  const endOfDay = new Map<string, Snapshot>();
  let date = day('2024-01-31');
  for (const { afterDays, sales, adjustments, program } of steps) {
    date = addDays(date, afterDays);
    const today = date;
    const differences = sales?.map(
      ([first, age, value]) => [`${first ? '+' : ''}${addDays(today, -age)}`, value] as const,
    );
    history.sync(today, differences && (Object.fromEntries(differences) as Sales));
    if (program !== undefined) {
      const thresholds = [0n, 1_000n, 2_000n, 3_000n].map((threshold) => (threshold * program.percent) / 100n);
      const { tiers } = aProgram({ thresholds });
      history.publish({ checkpointMonths: program.checkpointMonths, tiers });
    }
    for (const [value, age] of adjustments) history.adjust(value, addDays(today, -age));
    endOfDay.set(today, history.now());
  }
  return { record: history.record(), history, endOfDay };
}

function explained(record: CreatorRecord, view: Viewpoint) {
  const explanation = explain(record, view);
  if (explanation === undefined) throw new Error('a program is in force');
  const { standing, outlook, program } = explanation;
  return { state: stateOf({ standing, outlook, programVersion: program.version }), explanation };
}

/** What rows tell; the date a creator was handled up to leaves none. */
function stateOf({ standing, outlook, programVersion }: Pick<Snapshot, 'standing' | 'outlook' | 'programVersion'>) {
  const { bookedThrough: _through, syncSequence: _sequence, programVersion: _applied, ...told } = standing;
  return { ...told, outlook, programVersion };
}

const TERMS = [
  ['4 months', {}],
  ['1 month', { checkpointMonths: 1 }],
  ['1 month, by post date', { checkpointMonths: 1, attribution: 'post_date' }],
  ['lifetime', { mode: 'lifetime' }],
] as const;

const RUNS = { numRuns: 150 };

describe.each(TERMS)('explaining random histories: %s', (_name, terms) => {
  const history = fc.array(step, { minLength: 1, maxLength: 40 });

  it('gives at every sync what a replay stopped there had', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const { record, history: played } = play(steps, terms);
        for (const snapshot of played.snapshots) expect(explained(record, snapshot).state).toEqual(stateOf(snapshot));
      }),
      RUNS,
    );
  });

  it('gives at every past date what stood at the end of that day, whatever came since', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const { record, endOfDay } = play(steps, terms);
        for (const [date, snapshot] of endOfDay) {
          expect(explained(record, { asOf: day(date), knownAt: null }).state).toEqual(stateOf(snapshot));
        }
      }),
      RUNS,
    );
  });

  it('makes every decision again, from its own date with its own sync', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const { record } = play(steps, terms);
        for (const told of record.decisions) {
          const view = { asOf: told.decidedFor, knownAt: told.causingSync };
          const { decisions } = explained(record, view).explanation;
          const again = decisions.find((decision) => decision.told.number === told.number);
          expect(again).toMatchObject({ told, agrees: true });
          const { value, threshold, outcome } = told;
          expect(again?.recomputed).toMatchObject({ value, threshold, outcome });
        }
      }),
      RUNS,
    );
  });

  it('stands right after a review where the review left it, also when a later sync made it: P is V and what came since', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const { record } = play(steps, terms);
        for (const told of record.decisions.filter(({ outcome }) => outcome === 'demoted')) {
          const view = { asOf: told.decidedFor, knownAt: told.causingSync };
          const { decisions, outlook, days } = explained(record, view).explanation;
          if (decisions.at(-1)?.told.number !== told.number) continue;
          const since = days.reduce((sum, { sales, adjustments }) => sum + sales + adjustments, 0n);
          expect(outlook.promotionValue).toBe(told.value + since);
        }
      }),
      RUNS,
    );
  });

  it('shows days that add up: V in the window less the opening, P over all less the base', () => {
    fc.assert(
      fc.property(history, fc.nat(), (steps, place) => {
        const { record, history: played } = play(steps, terms);
        const snapshot = played.snapshots[place % played.snapshots.length];
        if (snapshot === undefined) return;
        const { standing, outlook, before, days } = explained(record, snapshot).explanation;
        const total = (of: readonly { sales: bigint; adjustments: bigint }[]) =>
          of.reduce((sum, { sales, adjustments }) => sum + sales + adjustments, 0n);
        expect(total([before, ...days]) - standing.base).toBe(outlook.promotionValue);
        if (outlook.checkpointValue !== null) expect(total(days) - standing.opening).toBe(outlook.checkpointValue);
      }),
      RUNS,
    );
  });
});
