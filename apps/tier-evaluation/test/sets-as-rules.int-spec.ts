import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { addDays, type CalendarDate, type ClientId, type CreatorId, type SyncId } from '#libs/kernel';
import { sql } from '#libs/persistence';
import { aCreatorId } from '#libs/testing';
import type { ProgramTerms } from '../src/domain/program/program.ts';
import { DueWindowRepository } from '../src/persistence/due-window.repository.ts';
import { PlainSalesRepository } from '../src/persistence/plain-sales.repository.ts';
import { EvaluateDueCheckpoints } from '../src/use-cases/evaluate-due-checkpoints.ts';
import { LoadCreators } from '../src/use-cases/load-creators.ts';
import { PromoteUnderNewProgram } from '../src/use-cases/promote-under-new-program.ts';
import { RegisterCreators } from '../src/use-cases/register-creators.ts';
import { aProgram, day, type Sales } from './creator-history.ts';
import { ClientUnderTest, startServiceUnderTest, type ServiceUnderTest } from './service-under-test.ts';

/** What the service books and reviews as sets, against the same service with the sets taken away. */
let sets: ServiceUnderTest;
let rules: ServiceUnderTest;

beforeAll(async () => {
  [sets, rules] = await Promise.all([
    startServiceUnderTest(),
    startServiceUnderTest([
      { provide: DueWindowRepository, useValue: { review: () => Promise.resolve({ found: 0, reviewed: 0 }) } },
      { provide: PlainSalesRepository, useValue: { book: () => Promise.resolve(new Set()) } },
    ]),
  ]);
});
afterAll(() => Promise.all([sets.close(), rules.close()]));

const CREATORS = 5;
const sales = fc.option(
  fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 60 }), fc.bigInt(-900n, 1_800n)), {
    minLength: 1,
    maxLength: 3,
  }),
  { nil: undefined },
);
const step = fc.record({
  afterDays: fc.integer({ min: 0, max: 45 }),
  sales: fc.array(sales, { minLength: CREATORS, maxLength: CREATORS }),
  adjustment: fc.option(fc.integer({ min: -900, max: 900 }), { nil: undefined, freq: 4 }),
  /** The watermark waits for a later sync: windows fall due by the second and the third at once. */
  watermarkLate: fc.boolean(),
  /** Before it, a version whose ladder is this much higher or lower; until it is promoted, or until something else comes. */
  publishes: fc.option(
    fc.record({ percent: fc.constantFrom(50n, 100n, 150n), months: fc.constantFrom(1, 2, 4), promotes: fc.boolean() }),
    { nil: undefined },
  ),
});
/** How many of the creators are onboarded before their first sales; the others are met by them. */
const onboarded = fc.integer({ min: 0, max: CREATORS });
const terms = fc.record<Partial<ProgramTerms>>({
  checkpointMonths: fc.constantFrom(1, 2, 4),
  attribution: fc.constantFrom('ledger', 'post_date'),
  mode: fc.constantFrom('checkpoint', 'checkpoint', 'lifetime'),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

async function play(
  service: ServiceUnderTest,
  { creators, newcomers }: { readonly creators: readonly CreatorId[]; readonly newcomers: number },
  program: Partial<ProgramTerms>,
  steps: readonly Step[],
): Promise<object> {
  const client = new ClientUnderTest(service);
  await client.publish(aProgram(program));
  await onboard(service, client, creators.slice(0, newcomers));
  const promoteUnderLatest = () => service.get(PromoteUnderNewProgram).execute(client.clientId);
  const syncs = new Map<string, number>();
  let reached: { clientId: ClientId; syncId: SyncId; date: CalendarDate } | undefined;
  let [date, version] = [day('2025-01-31'), 1];
  for (const { afterDays, sales: drawn, adjustment, watermarkLate, publishes } of steps) {
    if (publishes) {
      await client.reach();
      await promoteUnderLatest();
      if (reached !== undefined) await service.get(EvaluateDueCheckpoints).execute(reached);
      const thresholds = [0n, 1_000n, 2_000n, 3_000n].map((threshold) => (threshold * publishes.percent) / 100n);
      const checkpointMonths = publishes.months;
      await client.publish(aProgram({ ...program, checkpointMonths, thresholds }), version++);
      if (publishes.promotes) await promoteUnderLatest();
    }
    date = addDays(date, afterDays);
    const brought = new Map<CreatorId, Sales>();
    drawn.forEach((ofCreator, index) => {
      const creatorId = creators[index];
      if (ofCreator === undefined || creatorId === undefined) return;
      const dated = ofCreator.map(
        ([first, age, value]) => [`${first ? '+' : ''}${addDays(date, -age)}`, value] as const,
      );
      brought.set(creatorId, Object.fromEntries(dated));
    });
    const { syncId, events, completed } = client.salesOf(date, brought);
    syncs.set(syncId, syncs.size + 1);
    if (events.length > 0) await client.apply(events);
    await client.complete(completed);
    reached = { clientId: client.clientId, syncId: syncId as SyncId, date };
    if (!watermarkLate) await client.reach();
    const [adjusted] = brought.keys();
    if (!watermarkLate && adjustment && adjusted)
      await client.adjust(adjusted, { amount: undefined, units: adjustment });
  }
  await client.reach();
  return written(client, syncs);
}

async function onboard(
  service: ServiceUnderTest,
  client: ClientUnderTest,
  creatorIds: readonly CreatorId[],
): Promise<void> {
  const onboardedOn = day('2025-01-01');
  await client.inTenant((tx) =>
    service.get(RegisterCreators).execute(
      creatorIds.map((creatorId) => ({ creatorId, onboardedOn })),
      tx,
    ),
  );
}

/** Every row and event of the client, with what is drawn anew for each client told by its place. */
async function written(client: ClientUnderTest, syncs: ReadonlyMap<string, number>) {
  const rows = await client.inTenant((tx) =>
    tx.one(sql`
      SELECT (SELECT json_agg(s ORDER BY creator_id) FROM (
                SELECT to_jsonb(s) - 'client_id' - 'lane' AS s, creator_id FROM tier_evaluation.standing s) s) AS standings,
             (SELECT json_agg(d ORDER BY creator_id, number) FROM (
                SELECT to_jsonb(d) - 'client_id' - 'decided_at' AS d, creator_id, number FROM tier_evaluation.decision d) d) AS decisions,
             (SELECT json_agg(e ORDER BY e::text) FROM (
                SELECT to_jsonb(e) - 'client_id' AS e FROM tier_evaluation.day_entry e) e) AS entries,
             (SELECT json_agg(t ORDER BY t::text) FROM (
                SELECT to_jsonb(t) - 'client_id' AS t FROM tier_evaluation.ingested_total t) t) AS totals`),
  );
  const events = (await client.outbox()).filter(({ aggregateid }) => aggregateid !== client.clientId);
  const told = Object.values(Object.groupBy(events, ({ aggregateid, type }) => `${aggregateid} ${type}`)).map((ofOne) =>
    ofOne?.map(({ id: _id, time: _time, traceparent: _trace, ...rest }) => rest),
  );
  const text = JSON.stringify({ rows, told: told.map((one) => JSON.stringify(sorted(one))).sort() });
  const adjustments = [...text.matchAll(/adjustmentId[^0-9a-f]+([0-9a-f-]{36})/g)].map(([, id = '']) => id);
  const named = [...syncs].reduce(
    (so, [id, place]) => so.replaceAll(id, `sync ${place}`),
    text.replaceAll(client.clientId, 'client'),
  );
  return JSON.parse(adjustments.reduce((so, id) => so.replaceAll(id, 'an adjustment'), named)) as object;
}

/** The order of an object's members says nothing. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
}

describe('what is booked and reviewed as a set', () => {
  it('leaves the rows and events that the rules leave one by one', async () => {
    await fc.assert(
      fc.asyncProperty(
        terms,
        onboarded,
        fc.array(step, { minLength: 1, maxLength: 12 }),
        async (program, newcomers, steps) => {
          const cast = { creators: Array.from({ length: CREATORS }, aCreatorId), newcomers };
          const bySets = await play(sets, cast, program, steps);
          expect(bySets).toEqual(await play(rules, cast, program, steps));
        },
      ),
      { numRuns: 25 },
    );
  });

  it('is nearly everything: neither plain sales nor a window that falls due bring a creator to this process', async () => {
    const client = new ClientUnderTest(sets);
    await client.publish();
    const creators = Array.from({ length: 40 }, aCreatorId);
    await client.sync('2025-01-15', new Map(creators.map((creator) => [creator, 1_000n])));
    const load = jest.spyOn(sets.get(LoadCreators), 'execute');
    const newcomer = aCreatorId();
    await onboard(sets, client, [newcomer]);
    await client.sync('2025-01-20', new Map([[newcomer, 10n]]));
    await client.sync('2025-02-01', new Map(creators.map((creator) => [creator, 10n])));
    await client.publish(aProgram({ thresholds: [0n, 900n, 1_200n, 3_000n] }), 1);
    await client.sync('2025-02-02', new Map(creators.slice(1).map((creator) => [creator, 10n])));
    await sets.get(PromoteUnderNewProgram).execute(client.clientId);
    await client.publish(aProgram({ thresholds: [0n, 900n, 1_150n, 3_000n] }), 2);
    await client.sync('2025-05-20');
    expect(load.mock.calls.flatMap(([, , standings]) => [...standings.keys()])).toEqual([]);
    load.mockRestore();
    expect((await client.tier(creators[0] ?? aCreatorId()))?.standing).toMatchObject({
      tier: 1,
      base: 1_000n,
      checkpointCount: 1,
    });
  });
});
