import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CreatorId, SyncId } from '#libs/kernel';
import { sql } from '#libs/persistence';
import { explained, partitionsRead } from '#libs/testing';
import { LedgerMonthRepository } from '../src/persistence/ledger-month.repository.ts';
import { ExplainTier } from '../src/use-cases/explain-tier.ts';
import { ListReviews } from '../src/use-cases/list-reviews.ts';
import { MakeLeaderboard } from '../src/use-cases/make-leaderboard.ts';
import { ReadDecisions } from '../src/use-cases/read-decisions.ts';
import { ReadImpact } from '../src/use-cases/read-impact.ts';
import { ReadLeaderboard } from '../src/use-cases/read-leaderboard.ts';
import { ReadTier } from '../src/use-cases/read-tier.ts';
import { day, SILVER } from './creator-history.ts';
import { ClientUnderTest, startServiceUnderTest, type ServiceUnderTest } from './service-under-test.ts';

/** So many that reading all of them is no way to find a few. */
const CREATORS = 6_000;
/** Due in August; the others at the end of the year. */
const DUE = 150;
/** Every sync moves everybody, but this one only a few. */
const SMALL_SYNC = 3;

const DATES = ['2025-01-20', '2025-02-20', '2025-03-20', '2025-04-20', '2025-05-20', '2025-06-20', '2025-07-20'];
const WINDOW = ['2025_04', '2025_05', '2025_06', '2025_07'];

/** Tables of which a client, and the next, has as many rows as creators, or more. */
const LARGE =
  /^tier_evaluation\.(?:day_entry|standing|decision|adjustment|leaderboard_place|ingested_total|consumer_version)/;

let service: ServiceUnderTest;
let client: ClientUnderTest;
let syncIds: SyncId[];
let creators: CreatorId[];

beforeAll(async () => {
  service = await startServiceUnderTest();
  await service.get(LedgerMonthRepository).ensure([...DATES, '2025-08-20'].map(day));
  await aClient();
  const seeded = await aClient();
  ({ client, syncIds, creators } = seeded);
  await service.testDatabase.asAdmin((tx) => tx.execute(sql`ANALYZE`));
  await service.get(MakeLeaderboard).execute(client.clientId);
  await service.testDatabase.asAdmin((tx) => tx.execute(sql`ANALYZE tier_evaluation.leaderboard_place`));
}, 120_000);
afterAll(() => service.close());

/** A client with half a year of syncs, whose creators reached Silver in April. */
async function aClient() {
  const one = new ClientUnderTest(service);
  const ids = DATES.map(() => randomUUID() as SyncId);
  await one.publish();
  for (const date of DATES) one.salesOf(date, new Map());
  await one.inTenant(async (tx) => {
    await tx.execute(sql`
      INSERT INTO tier_evaluation.standing
        (client_id, creator_id, lane, tier, tier_version, onboarded_on, reached_on, window_start, due_date, anchor,
         window_number, window_months, opening, base, lifetime, booked_through, sync_sequence, program_version,
         checkpoint_count, adjustment_count, decision_count)
      SELECT ${tx.clientId}, md5(${tx.clientId} || n)::uuid, n % 12, 2, 1, '2025-01-20', '2025-04-10', '2025-04-10',
             CASE WHEN n <= ${DUE}::int THEN '2025-08-10' ELSE '2025-12-10' END::date, '2025-04-10', 1, 4, 0, 5900, 7000 + n % 50,
             '2025-07-20', 7, 1, 0, 0, 1
      FROM generate_series(1, ${CREATORS}::int) AS n`);
    await tx.execute(sql`
      INSERT INTO tier_evaluation.day_entry
      SELECT ${tx.clientId}, md5(${tx.clientId} || n)::uuid, date, date, sequence, 0, CASE WHEN sequence = 1 THEN 1000 + n % 50 ELSE 1000 END
      FROM unnest(${DATES}::date[]) WITH ORDINALITY AS sync (date, sequence), generate_series(1, ${CREATORS}::int) AS n
      WHERE sequence <> ${SMALL_SYNC} OR n <= ${DUE}::int`);
    await tx.execute(sql`
      INSERT INTO tier_evaluation.decision
        (client_id, creator_id, number, kind, decided_for, value, threshold, tier_before, tier_after, outcome, tier_version,
         program_version, adjustments_counted, base, opening, sync_sequence, adjustment_number, cause_kind, cause_id)
      SELECT ${tx.clientId}, md5(${tx.clientId} || n)::uuid, 1, 'promotion', '2025-04-10', 1000, 1000, 1, 2, 'promoted', 1, 1, 0,
             0, 0, 4, 0, 'sync', ${ids[3]}::uuid
      FROM generate_series(1, ${CREATORS}::int) AS n`);
    await tx.execute(sql`
      INSERT INTO tier_evaluation.completed_sync
        (client_id, sequence, sync_id, business_date, previous_business_date, expected, file_sha256)
      SELECT ${tx.clientId}, sequence, id, date, lag(date) OVER (ORDER BY sequence), 0, id
      FROM unnest(${DATES}::date[], ${ids}::uuid[]) WITH ORDINALITY AS sync (date, id, sequence)`);
    await tx.execute(sql`
      INSERT INTO tier_evaluation.watermark (client_id, completed_sequence, sequence, business_date, applied_sequence)
      VALUES (${tx.clientId}, ${DATES.length}, ${DATES.length}, '2025-07-20', ${DATES.length})`);
  });
  const rows = await one.inTenant((tx) =>
    tx.many<{ creator_id: CreatorId }>(sql`
      SELECT md5(${tx.clientId} || n)::uuid AS creator_id FROM generate_series(1, ${CREATORS}::int) AS n ORDER BY n`),
  );
  return { client: one, syncIds: ids, creators: rows.map((row) => row.creator_id) };
}

/** Runs it, and answers the ledger's months it has read; nothing large may have been read from end to end. */
async function monthsReadBy(work: () => Promise<unknown>): Promise<string[]> {
  const statements = await explained(service.database, work);
  expect(statements.length).toBeGreaterThan(0);
  const fromEndToEnd = statements.flatMap(({ text, reads }) =>
    reads
      .filter(({ how, table }) => how === 'Seq Scan' && LARGE.test(table))
      .map(({ table }) => `${table} by ${text.trim()}`),
  );
  expect(fromEndToEnd).toEqual([]);
  return partitionsRead(statements, 'tier_evaluation.day_entry').map((name) => name.slice(-7));
}

const creatorAt = (n: number): CreatorId => creators[n] as CreatorId;

describe('the hot paths read what they need: months of the ledger, and rows by an index', () => {
  it('a creator’s tier: the months of the open window', async () => {
    expect(await monthsReadBy(() => client.tier(creatorAt(7)))).toEqual(WINDOW);
    expect(await monthsReadBy(() => service.get(ReadTier).execute(client.clientId, creatorAt(9)))).toEqual(WINDOW);
  });

  it('a creator’s decisions: none', async () => {
    expect(await monthsReadBy(() => service.get(ReadDecisions).execute(client.clientId, creatorAt(7), 0, 50))).toEqual(
      [],
    );
  });

  it('explaining a date: the months until then', async () => {
    const asked = { asOf: day('2025-05-25'), knownAt: syncIds[4] as SyncId };
    const months = await monthsReadBy(() => service.get(ExplainTier).execute(client.clientId, creatorAt(7), asked));
    expect(months).toEqual(['2025_01', '2025_02', '2025_03', '2025_04', '2025_05']);
  });

  it('the impact of a sync: its month, and those of the open windows it concerns', async () => {
    const syncId = syncIds[SMALL_SYNC - 1] as SyncId;
    const months = await monthsReadBy(() => service.get(ReadImpact).execute(client.clientId, syncId));
    expect(months).toEqual(['2025_03', ...WINDOW]);
  });

  it('a page of the leaderboard, and a creator’s rank: none', async () => {
    const read = service.get(ReadLeaderboard);
    const after = { value: 7_025n, creatorId: creatorAt(7) };
    expect(await monthsReadBy(() => read.execute(client.clientId, { kind: 'page', after, fetch: 51 }))).toEqual([]);
    expect(
      await monthsReadBy(() => read.execute(client.clientId, { kind: 'page', after: undefined, fetch: 201 })),
    ).toEqual([]);
    const own = { kind: 'creator', creatorId: creatorAt(3_000) } as const;
    expect(await monthsReadBy(() => read.execute(client.clientId, own))).toEqual([]);
  });

  it('reviews ahead: the months of the windows on the page', async () => {
    const filter = { dueBefore: day('2025-09-01'), projected: undefined, tier: undefined };
    const page = { after: undefined, limit: 50 };
    expect(await monthsReadBy(() => service.get(ListReviews).execute(client.clientId, filter, page))).toEqual(WINDOW);
  });

  it('an adjustment: the month it is booked in', async () => {
    expect(await monthsReadBy(() => client.adjust(creatorAt(4_000), { units: 1 }))).toEqual(['2025_07']);
  });

  it('a batch of sales: nothing where no review is due, else the months of the windows that are closed', async () => {
    const some = new Map(creators.slice(4_100, 4_140).map((creator) => [creator, 5n]));
    const early = client.salesOf('2025-07-25', some);
    expect(await monthsReadBy(() => client.apply(early.events))).toEqual([]);
    await client.complete(early.completed);
    await client.reach();
    const due = client.salesOf('2025-08-11', new Map(creators.slice(0, 40).map((creator) => [creator, 5n])));
    expect(await monthsReadBy(() => client.apply(due.events))).toEqual(WINDOW);
    await client.complete(due.completed);
  });

  it('the reviews of a sync that is reached: the months of the windows that are due', async () => {
    expect(await monthsReadBy(() => client.reach())).toEqual(WINDOW);
    expect((await client.tier(creatorAt(100)))?.standing).toMatchObject({ tier: SILVER + 2, checkpointCount: 1 });
  });

  it('the leaderboard’s next edition: the months since the one that is shown', async () => {
    const statements = await explained(service.database, () => service.get(MakeLeaderboard).execute(client.clientId));
    expect(partitionsRead(statements, 'tier_evaluation.day_entry').map((name) => name.slice(-7))).toEqual([
      '2025_07',
      '2025_08',
    ]);
  });
});
