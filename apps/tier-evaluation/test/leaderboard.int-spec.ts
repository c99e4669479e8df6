import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { CreatorId } from '#libs/kernel';
import { sql } from '#libs/persistence';
import { aCreatorId } from '#libs/testing';
import { LeaderboardEditionRepository } from '../src/persistence/leaderboard-edition.repository.ts';
import { LedgerMonthRepository } from '../src/persistence/ledger-month.repository.ts';
import { MakeLeaderboard } from '../src/use-cases/make-leaderboard.ts';
import { ReadLeaderboard, type RankedPlace } from '../src/use-cases/read-leaderboard.ts';
import { RebuildStandings } from '../src/use-cases/rebuild-standings.ts';
import { ReportBoardsBehind } from '../src/use-cases/report-boards-behind.ts';
import { day } from './creator-history.ts';
import { ClientUnderTest, startServiceUnderTest, type ServiceUnderTest } from './service-under-test.ts';

/** More than one chunk of a board in the making, and several boundaries. */
const MANY = 5_050;

let service: ServiceUnderTest;
let client: ClientUnderTest;
/** What each creator's place must come to. */
let expected: Map<CreatorId, bigint>;

beforeAll(async () => {
  service = await startServiceUnderTest();
});
afterAll(() => service.close());
afterEach(() => {
  jest.restoreAllMocks();
});

beforeEach(async () => {
  client = new ClientUnderTest(service);
  await client.publish();
  expected = new Map();
});

const make = () => service.get(MakeLeaderboard).execute(client.clientId);

/** Values that are often the same, some of them below 0. */
function aValue(): bigint {
  return BigInt(Math.floor(Math.random() * 40) - 8) * 50n;
}

async function sync(date: string, sales: ReadonlyMap<CreatorId, bigint>): Promise<void> {
  await client.sync(date, sales);
  count(sales);
}

function count(sales: ReadonlyMap<CreatorId, bigint>): void {
  for (const [creator, value] of sales) expected.set(creator, (expected.get(creator) ?? 0n) + value);
}

/** A sync of thousands, written as the service leaves it: standings and entries are there, and it is applied. */
async function largeSync(date: string, sales: ReadonlyMap<CreatorId, bigint>): Promise<void> {
  const { completed } = client.salesOf(date, new Map());
  await service.get(LedgerMonthRepository).ensure([day(date)]);
  await client.inTenant(async (tx) => {
    const [creators, values] = [[...sales.keys()], [...sales.values()]];
    await tx.execute(sql`
      INSERT INTO tier_evaluation.standing
        (client_id, creator_id, lane, tier, tier_version, window_number, window_months, opening, base, lifetime, booked_through,
         sync_sequence, program_version, checkpoint_count, adjustment_count, decision_count)
      SELECT ${tx.clientId}, creator_id, 0, 1, 0, 0, 0, 0, 0, 0, ${date}, 1, 1, 0, 0, 0
      FROM unnest(${creators}::uuid[]) AS creator_id ON CONFLICT DO NOTHING`);
    await tx.execute(sql`
      INSERT INTO tier_evaluation.day_entry
      SELECT ${tx.clientId}, creator_id, ${date}, ${date}, ${completed.data.syncSequence}, 0, value
      FROM unnest(${creators}::uuid[], ${values}::bigint[]) AS sale (creator_id, value)`);
  });
  await client.complete(completed);
  await client.reach();
  count(sales);
}

/** Every place of the board, page by page. */
async function walk(fetch: number): Promise<RankedPlace[]> {
  const places: RankedPlace[] = [];
  for (;;) {
    const request = { kind: 'page', after: places.at(-1), fetch } as const;
    const reading = await service.get(ReadLeaderboard).execute(client.clientId, request);
    places.push(...(reading?.places ?? []));
    if ((reading?.places.length ?? 0) < fetch) return places;
  }
}

async function own(creatorId: CreatorId): Promise<RankedPlace | undefined> {
  const reading = await service.get(ReadLeaderboard).execute(client.clientId, { kind: 'creator', creatorId });
  return reading?.places[0];
}

/** The board as counting makes it: who is first among equals tells how many are above all of them. */
function bruteForce(): Map<CreatorId, { rank: number; value: bigint }> {
  const ranks = new Map<bigint, number>();
  [...expected.values()]
    .sort((a, b) => Number(b - a))
    .forEach((value, index) => {
      if (!ranks.has(value)) ranks.set(value, index + 1);
    });
  return new Map([...expected].map(([creator, value]) => [creator, { rank: ranks.get(value) ?? 0, value }]));
}

async function expectTheBoard(fetch = 997): Promise<void> {
  const places = await walk(fetch);
  expect(places.map(({ rank }) => rank)).toEqual(places.map(({ rank }) => rank).toSorted((a, b) => a - b));
  const brute = [...bruteForce()].map(([creator, { rank, value }]) => `${rank} ${creator} ${value}`);
  expect(places.map(({ creatorId, rank, value }) => `${rank} ${creatorId} ${value}`).sort()).toEqual(brute.sort());
}

const boardsBehind = async () => (await service.get(ReportBoardsBehind).pendingWork())['boardsBehind'] ?? 0;

describe('a leaderboard', () => {
  it('is not there before the first sync is applied', async () => {
    const { events } = client.salesOf('2025-01-10', new Map([[aCreatorId(), 5n]]));
    await client.apply(events);
    expect(await make()).toBe(false);
    expect(
      await service.get(ReadLeaderboard).execute(client.clientId, { kind: 'page', after: undefined, fetch: 9 }),
    ).toBe(undefined);
  });

  it('ranks as counting does, shows everybody once on its pages, and follows what moves', async () => {
    const creators = Array.from({ length: MANY }, aCreatorId);
    const rich = creators.slice(0, 700);
    await largeSync(
      '2025-01-10',
      new Map(creators.map((creator) => [creator, rich.includes(creator) ? 9_000n : aValue()])),
    );
    expect(await make()).toBe(true);
    expect(await make()).toBe(false);
    await expectTheBoard();
    for (const [date, moving] of [
      ['2025-01-20', 5_040],
      ['2025-02-03', 60],
      ['2025-02-03', 1],
    ] as const) {
      const newcomers = [aCreatorId(), aCreatorId()];
      const moved = [...creators.toSorted(() => Math.random() - 0.5).slice(0, moving), ...newcomers];
      await largeSync(date, new Map(moved.map((creator) => [creator, aValue()])));
      await make();
      await expectTheBoard(moving > 100 ? 997 : 50);
    }
    const brute = bruteForce();
    for (const creator of creators.slice(690, 720)) expect(await own(creator)).toMatchObject(brute.get(creator) ?? {});
  });

  it('has creators who have sold nothing, with 0', async () => {
    const [none, minus, some] = [aCreatorId(), aCreatorId(), aCreatorId()];
    await sync('2025-01-10', new Map([[some, 5n]]));
    await make();
    await sync(
      '2025-01-11',
      new Map([
        [minus, -5n],
        [none, 0n],
      ]),
    );
    await make();
    await expectTheBoard();
    expect([await own(some), await own(none), await own(minus)].map((place) => place?.rank)).toEqual([1, 2, 3]);
    expect(await own(aCreatorId())).toBeUndefined();
  });

  it('is as of the last applied sync: neither what is booked beyond it nor an adjustment since counts', async () => {
    const [early, late] = [aCreatorId(), aCreatorId()];
    await sync(
      '2025-01-10',
      new Map([
        [early, 100n],
        [late, 100n],
      ]),
    );
    await client.adjust(late, { units: 50 });
    await make();
    await expectTheBoard();
    const second = client.salesOf('2025-01-20', new Map([[early, 7n]]));
    await client.apply(second.events);
    await client.adjust(early, { units: 1_000 });
    await make();
    await expectTheBoard();
    await client.complete(second.completed);
    await client.reach();
    const behind = await boardsBehind();
    await make();
    expect(await boardsBehind()).toBe(behind - 1);
    expected.set(early, 107n).set(late, 150n);
    await expectTheBoard();
    await client.adjust(late, { units: -10 });
    await sync('2025-04-01', new Map());
    await sync('2025-06-01', new Map([[late, 3n]]));
    await make();
    expected.set(early, 1_107n).set(late, 143n);
    await expectTheBoard();
  });

  it('goes on showing the old edition until the new one is whole, whatever breaks off', async () => {
    const creators = Array.from({ length: MANY }, aCreatorId);
    await largeSync('2025-01-10', new Map(creators.map((creator) => [creator, aValue()])));
    await make();
    const old = await walk(2_000);
    await largeSync('2025-01-20', new Map(creators.map((creator) => [creator, aValue()])));
    const editions = service.get(LeaderboardEditionRepository);
    for (const [method, times] of [
      ['put', 0],
      ['put', 1],
      ['boundaries', 0],
      ['show', 0],
    ] as const) {
      failAfter(editions, method, times);
      await expect(make()).rejects.toThrow('broken off');
      jest.restoreAllMocks();
      expect(await walk(2_000)).toEqual(old);
    }
    await largeSync('2025-01-21', new Map(creators.slice(0, 10).map((creator) => [creator, 1n])));
    failAfter(editions, 'remove', 0);
    await expect(make()).rejects.toThrow('broken off');
    jest.restoreAllMocks();
    await expectTheBoard(2_000);
    expect(await make()).toBe(false);
    await expectTheBoard(2_000);
    expect(await rows()).toBe(MANY);
  });

  it('is made by one at a time, and never twice', async () => {
    const creators = Array.from({ length: 300 }, aCreatorId);
    await sync('2025-01-10', new Map(creators.map((creator) => [creator, aValue()])));
    await Promise.all(Array.from({ length: 4 }, make));
    await sync('2025-01-11', new Map(creators.map((creator) => [creator, aValue()])));
    const made = await Promise.all(Array.from({ length: 4 }, make));
    expect(made.filter(Boolean)).toHaveLength(1);
    await expectTheBoard(50);
    expect(await rows()).toBe(creators.length);
  });

  it('takes nothing from one who was thought dead and goes on', async () => {
    const creator = aCreatorId();
    await sync('2025-01-10', new Map([[creator, 5n]]));
    await make();
    await sync('2025-01-11', new Map([[creator, 5n]]));
    const editions = service.get(LeaderboardEditionRepository);
    const put = editions.put.bind(editions);
    jest.spyOn(editions, 'put').mockImplementationOnce(async (tx, making, places) => {
      await service.database.inTenant(client.clientId, (other) => editions.begin(other, making.from));
      return put(tx, making, places);
    });
    expect(await make()).toBe(false);
    expected.set(creator, 5n);
    await expectTheBoard();
    expect(await make()).toBe(true);
    expected.set(creator, 10n);
    await expectTheBoard();
  });

  it('counts what a released key brings late, though its syncs were counted long ago', async () => {
    const [parked, other] = [aCreatorId(), aCreatorId()];
    await sync(
      '2025-01-10',
      new Map([
        [parked, 100n],
        [other, 50n],
      ]),
    );
    await make();
    await park(parked);
    const set = [
      client.salesOf('2025-01-20', new Map([[parked, 7n]])),
      client.salesOf('2025-02-20', new Map([[parked, 8n]])),
    ];
    for (const { completed } of set) await client.complete(completed);
    await client.reach();
    await make();
    await expectTheBoard();
    expect(await make()).toBe(false);
    await client.apply(set.flatMap(({ events }) => events));
    await sync('2025-03-01', new Map([[other, 1n]]));
    await make();
    await release(parked);
    expect(await service.get(MakeLeaderboard).isBehind(client.clientId)).toBe(true);
    expect(await make()).toBe(true);
    expect(await make()).toBe(false);
    expected.set(parked, 115n);
    await expectTheBoard();
  });

  it('is made again from the ledger with the standings', async () => {
    const creators = Array.from({ length: 20 }, aCreatorId);
    await sync('2025-01-10', new Map(creators.map((creator) => [creator, aValue()])));
    await make();
    await client.inTenant((tx) =>
      tx.execute(
        sql`UPDATE tier_evaluation.leaderboard_place SET value = value + 1 WHERE client_id = ${client.clientId}`,
      ),
    );
    await service.get(RebuildStandings).execute({ clientId: client.clientId, after: null, rebuiltBy: 'a test' });
    expect(await make()).toBe(true);
    await expectTheBoard();
    expect(await rows()).toBe(creators.length);
  });
});

async function rows(): Promise<number> {
  const row = await client.inTenant((tx) =>
    tx.one<{ rows: number }>(sql`
      SELECT count(*)::int AS rows FROM tier_evaluation.leaderboard_place WHERE client_id = ${client.clientId}`),
  );
  return row.rows;
}

function park(creatorId: CreatorId): Promise<number> {
  return service.database.inTransaction((tx) =>
    tx.execute(sql`
      INSERT INTO tier_evaluation.parked_key (id, consumer, client_id, aggregate_id, nature, reason)
      VALUES (${randomUUID()}, 'tier-evaluation.apply-creator-sales', ${client.clientId}, ${creatorId}, 'difference', 'a test')`),
  );
}

function release(creatorId: CreatorId): Promise<number> {
  return service.database.inTransaction((tx) =>
    tx.execute(sql`DELETE FROM tier_evaluation.parked_key WHERE aggregate_id = ${creatorId}`),
  );
}

/** Lets a method work so many times, then fail. */
function failAfter<T extends object>(target: T, method: keyof T & string, times: number): void {
  const original = (target[method] as (...args: unknown[]) => Promise<unknown>).bind(target);
  let calls = 0;
  jest
    .spyOn(target as Record<string, (...args: unknown[]) => Promise<unknown>>, method)
    .mockImplementation((...args) => {
      calls += 1;
      return calls > times ? Promise.reject(new Error('broken off')) : original(...args);
    });
}
