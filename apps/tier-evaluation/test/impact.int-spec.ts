import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDays, type CreatorId, type SyncId } from '#libs/kernel';
import { aCreatorId } from '#libs/testing';
import type { Decision } from '../src/domain/standing/decision.ts';
import type { DecisionCount, WindowBelow } from '../src/persistence/impact.repository.ts';
import { PromoteUnderNewProgram } from '../src/use-cases/promote-under-new-program.ts';
import { ReadImpact } from '../src/use-cases/read-impact.ts';
import { aProgram, CreatorHistory, day, type Sales } from './creator-history.ts';
import { ClientUnderTest, startServiceUnderTest, type ServiceUnderTest } from './service-under-test.ts';

const CREATORS = 14;

const sales = fc.option(
  fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 60 }), fc.bigInt(-900n, 1_800n)), {
    minLength: 1,
    maxLength: 3,
  }),
  { nil: undefined },
);
const step = fc.record({
  /** 0: another file of the same date. */
  afterDays: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 45 })),
  sales: fc.array(sales, { minLength: CREATORS, maxLength: CREATORS }),
  /** After the sync: whose, how much. */
  adjustment: fc.option(fc.tuple(fc.nat(CREATORS - 1), fc.bigInt(-1_500n, 1_500n)), { nil: undefined, freq: 2 }),
});

/** A creator's life in memory, and which of its decisions each sync has made. */
interface Life {
  readonly history: CreatorHistory;
  readonly decidedBy: Decision[][];
}

let service: ServiceUnderTest;

beforeAll(async () => {
  service = await startServiceUnderTest();
});
afterAll(() => service.close());

const impactOf = (client: ClientUnderTest, syncId: SyncId) => service.get(ReadImpact).execute(client.clientId, syncId);

/** What the n-th sync has brought each creator, out of the ledgers in memory. */
function movedIn(lives: readonly Life[], sync: number): bigint[] {
  return lives.map(({ history }) =>
    history.ledger
      .filter((entry) => entry.syncSequence === sync && entry.adjustmentNumber === 0)
      .reduce((sum, { value }) => sum + value, 0n),
  );
}

function expectedMoved(lives: readonly Life[], sync: number) {
  const sums = movedIn(lives, sync);
  const of = (moved: readonly bigint[]) => ({ creators: moved.length, value: moved.reduce((a, b) => a + b, 0n) });
  return { up: of(sums.filter((sum) => sum > 0n)), down: of(sums.filter((sum) => sum < 0n)) };
}

function expectedDecisions(lives: readonly Life[], sync: number): string[] {
  const counts = new Map<string, number>();
  for (const { kind, outcome, tierBefore, tierAfter } of lives.flatMap(({ decidedBy }) => decidedBy[sync - 1] ?? [])) {
    const key = `${kind} ${outcome} ${tierBefore}->${tierAfter}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([key, creators]) => `${key}: ${creators}`).sort();
}

function told(decisions: readonly DecisionCount[]): string[] {
  return decisions
    .map(
      ({ kind, outcome, tierBefore, tierAfter, creators }) =>
        `${kind} ${outcome} ${tierBefore}->${tierAfter}: ${creators}`,
    )
    .sort();
}

function expectedBelow({ history, decidedBy }: Life, sync: number): Omit<WindowBelow, 'creatorId'> | undefined {
  const { window, tier, opening } = history.standing;
  const ofFile = history.ledger.filter((entry) => entry.syncSequence === sync && entry.adjustmentNumber === 0);
  if (window === null || window.due === null || (ofFile.length === 0 && decidedBy[sync - 1]?.length === 0))
    return undefined;
  const { start, due } = window;
  const sumOf = (entries: typeof history.ledger) =>
    entries
      .filter(({ effectiveOn }) => effectiveOn >= start && effectiveOn < due)
      .reduce((sum, entry) => sum + entry.value, 0n);
  const value = sumOf(history.ledger) - opening;
  const threshold = history.program.ladder.thresholdOf(tier);
  return value < threshold ? { tier, dueDate: due, value, newly: value - sumOf(ofFile) >= threshold } : undefined;
}

/** Newly fallen first, then by due date, then by id. */
function byUrgency(a: WindowBelow, b: WindowBelow): number {
  if (a.newly !== b.newly) return a.newly ? -1 : 1;
  return a.dueDate === b.dueDate ? (a.creatorId < b.creatorId ? -1 : 1) : a.dueDate < b.dueDate ? -1 : 1;
}

function play(life: Life, date: string, brought: Sales | undefined): void {
  const before = life.history.decisions.length;
  life.history.sync(date, brought);
  life.decidedBy.push(life.history.decisions.slice(before));
}

describe('the impact of a sync', () => {
  it.each([1, 4])('is what the rules have done with it, creator by creator: %i months', async (checkpointMonths) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 9 }), async (steps) => {
        const client = new ClientUnderTest(service);
        await client.publish(aProgram({ checkpointMonths }));
        const creators = Array.from({ length: CREATORS }, aCreatorId);
        const lives = creators.map((): Life => ({
          history: new CreatorHistory(aProgram({ checkpointMonths })),
          decidedBy: [],
        }));
        const syncs: SyncId[] = [];
        let date = day('2025-01-31');
        for (const { afterDays, sales: drawn, adjustment } of steps) {
          date = addDays(date, afterDays);
          const brought = new Map<CreatorId, Sales>();
          creators.forEach((creatorId, index) => {
            const sold = drawn[index]?.map(([first, age, value]) => [
              `${first ? '+' : ''}${addDays(date, -age)}`,
              value,
            ]);
            if (sold !== undefined) brought.set(creatorId, Object.fromEntries(sold) as Sales);
            const life = lives[index];
            if (life !== undefined) play(life, date, brought.get(creatorId));
          });
          syncs.push(await client.sync(date, brought));
          const reading = await impactOf(client, syncs.at(-1) as SyncId);
          const below = lives.flatMap((life, index) => {
            const window = expectedBelow(life, syncs.length);
            return window === undefined ? [] : [{ creatorId: creators[index] as CreatorId, ...window }];
          });
          expect(reading?.below).toEqual({
            creators: below.length,
            newly: below.filter(({ newly }) => newly).length,
            first: below.toSorted(byUrgency).slice(0, 10),
          });
          const [whose = 0, value = 0n] = adjustment ?? [];
          const adjusted = lives[whose];
          if (adjustment === undefined || adjusted === undefined || adjusted.history.ledger.length === 0) continue;
          adjusted.history.adjust(date, value);
          await client.adjust(creators[whose] as CreatorId, { units: Number(value) });
        }
        for (const [index, syncId] of syncs.entries()) {
          const reading = await impactOf(client, syncId);
          expect(reading?.moved).toEqual(expectedMoved(lives, index + 1));
          expect(told(reading?.decisions ?? [])).toEqual(expectedDecisions(lives, index + 1));
        }
      }),
      { numRuns: 12 },
    );
  });

  it('has the checkpoints that its date was the first to reach, and nothing for a second file of that date', async () => {
    const client = new ClientUnderTest(service);
    await client.publish();
    await client.sync('2025-01-10', new Map([[aCreatorId(), 1_000n]]));
    const decided: number[] = [];
    for (const date of ['2025-05-09', '2025-05-10', '2025-05-10', '2025-05-11']) {
      const impact = await impactOf(client, await client.sync(date));
      decided.push(impact?.decisions.reduce((sum, { creators }) => sum + creators, 0) ?? -1);
    }
    expect(decided).toEqual([0, 1, 0, 0]);
  });

  it('calls a window newly fallen if it would keep the tier without the file, at, over and under the threshold', async () => {
    const client = new ClientUnderTest(service);
    await client.publish(aProgram({ thresholds: [0n, 1_000n, 5_000n, 9_000n] }));
    const creator = aCreatorId();
    await client.sync('2025-01-10', new Map([[creator, 1_000n]]));
    const told: unknown[] = [];
    for (const value of [1_000n, -1n, -1n, 5n, -4n]) {
      const impact = await impactOf(client, await client.sync('2025-02-01', new Map([[creator, value]])));
      told.push(impact?.below.first.map(({ value: sum, newly }) => [sum, newly]));
    }
    expect(told).toEqual([[], [[999n, true]], [[998n, false]], [], [[999n, true]]]);
  });

  it('leaves out what an adjustment and a new program did', async () => {
    const client = new ClientUnderTest(service);
    await client.publish();
    const [first, second] = [aCreatorId(), aCreatorId()];
    const syncId = await client.sync(
      '2025-01-10',
      new Map([
        [first, 700n],
        [second, 600n],
      ]),
    );
    await client.adjust(first, { units: 300 });
    await client.publish(aProgram({ thresholds: [0n, 500n, 2_000n, 3_000n] }), 1);
    await service.get(PromoteUnderNewProgram).execute(client.clientId);
    const next = await client.sync('2025-01-20', new Map([[second, 1_500n]]));
    expect(await impactOf(client, syncId)).toMatchObject({
      moved: { up: { creators: 2, value: 1_300n } },
      decisions: [],
    });
    expect((await impactOf(client, next))?.decisions).toEqual([
      { kind: 'promotion', outcome: 'promoted', tierBefore: 2, tierAfter: 3, creators: 1 },
    ]);
  });

  it('is told once the sync is applied, of the client’s own syncs alone', async () => {
    const client = new ClientUnderTest(service);
    await client.publish();
    const { syncId, events, completed } = client.salesOf('2025-01-10', new Map([[aCreatorId(), 5n]]));
    expect(await impactOf(client, syncId)).toBeUndefined();
    await client.apply(events);
    await client.complete(completed);
    await expect(impactOf(client, syncId)).rejects.toMatchObject({ code: 'sync.not_applied' });
    await client.reach();
    expect(await impactOf(client, syncId)).toMatchObject({ moved: { up: { creators: 1, value: 5n } } });
    expect(await impactOf(client, randomUUID() as SyncId)).toBeUndefined();
    const other = new ClientUnderTest(service);
    await other.publish();
    expect(await impactOf(other, syncId)).toBeUndefined();
  });
});
