import { addMonths, toCalendarDate, type SyncId } from '#libs/kernel';
import { Database, sql } from '#libs/persistence';
import { eventually, explained, partitionsRead, type ExplainedStatement } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PartitionRepository } from '../src/persistence/partition.repository.ts';
import type { SalesDayQuery } from '../src/persistence/sales-day.repository.ts';
import { BookChunk } from '../src/use-cases/book-chunk.ts';
import { CompareSync } from '../src/use-cases/compare-sync.ts';
import { ReadCreators } from '../src/use-cases/read-creators.ts';
import { ReadSyncs } from '../src/use-cases/read-syncs.ts';
import { ClientWorld, csvOf, openIngestionWorld, type CsvLine, type IngestionWorld } from './ingestion-world.ts';

const TODAY = '2026-11-20';
/** Every month from 2016 to today, and what lies before. */
const MONTHS = Array.from({ length: 131 }, (_, index) => addMonths(toCalendarDate('2016-01-15'), index));
const OLD: readonly CsvLine[] = ['2012-03-04', '2015-12-31', ...MONTHS, TODAY].map((postDate, video) => ({
  handle: `h${video % 5}`,
  video: `old-${video}`,
  postDate,
}));

let world: IngestionWorld;

beforeAll(async () => {
  world = await openIngestionWorld();
});
afterAll(() => world.close());

describe('a file with post dates from before 2016 to today', () => {
  it('lands whole, in partitions that were made before the first of it was booked', async () => {
    const client = await ClientWorld.create(world);
    const sync = await client.play(TODAY, csvOf(...OLD));
    expect(sync).toMatchObject({ status: 'published', rowsBooked: OLD.length });
    const videos = await client.rows<{ month: string; place: string }>(sql`
      SELECT to_char(post_date, 'YYYY_MM') AS month, tableoid::regclass::text AS place FROM ingestion.video ORDER BY post_date`);
    expect(videos).toHaveLength(OLD.length);
    for (const { month, place } of videos) {
      expect(place).toBe(`ingestion.video_${month < '2016' ? 'before_2016' : month}`);
    }
    const { made, booked } = await world.testDatabase.asAdmin((tx) =>
      tx.one<{ made: string; booked: string }>(sql`
        SELECT (SELECT max(a.xmin::text::bigint) FROM pg_attribute a JOIN pg_inherits ON inhrelid = attrelid
                WHERE inhparent IN ('ingestion.video'::regclass, 'ingestion.sales_entry'::regclass)) AS made,
               (SELECT min(xmin::text::bigint) FROM ingestion.sales_entry WHERE client_id = ${client.clientId}) AS booked`),
    );
    expect(BigInt(made)).toBeLessThan(BigInt(booked));
  });

  it('has its months made by two processes at once', async () => {
    const partitions = world.app.get(PartitionRepository);
    const month = toCalendarDate('2031-05-01');
    let ensured: Promise<boolean> | undefined;
    await world.testDatabase.asAdmin(async (tx) => {
      await tx.execute(sql`SELECT ingestion.ensure_range_partition('video', '2031-05-01', '2031-06-01', '2031_05')`);
      ensured = partitions.ensure('video', [month]);
      await eventually(async () => {
        const { waiting } = await tx.one<{ waiting: boolean }>(sql`
          SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_stat_activity USING (pid)
                         WHERE l.locktype = 'advisory' AND NOT l.granted AND datname = current_database()) AS waiting`);
        return waiting;
      });
    });
    expect(await ensured).toBe(true);
    expect(await partitions.ensure('video', [month])).toBe(false);
  });
});

/** A client of five months beside one of eleven years. */
describe('the plans of the hot paths read no partition that they do not need:', () => {
  const DATES = ['2026-02-10', '2026-03-10', '2026-04-10', '2026-05-10', '2026-06-10'];
  const of = (table: string, ...months: string[]) => months.map((month) => `ingestion.${table}_2026_${month}`);
  let client: ClientWorld;
  let creatorId: string;
  let last: SyncId;

  beforeAll(async () => {
    client = await ClientWorld.create(world);
    for (const [index, date] of DATES.entries()) {
      const lines = Array.from({ length: 60 }, (_, video) => ({
        handle: `h${video % 9}`,
        video,
        views: 100 + index,
        postDate: ['2026-01-20', '2026-02-03'][video % 2] ?? '',
      }));
      const faulty = { handle: 'not a handle', video: 'x' };
      last = (await client.play(date, csvOf(...lines, faulty))).syncId;
    }
    const [found] = await client.rows<{ id: string }>(sql`SELECT creator_id AS id FROM ingestion.creator LIMIT 1`);
    creatorId = found?.id ?? '';
  });

  const plansOf = (work: () => Promise<unknown>): Promise<ExplainedStatement[]> =>
    explained(world.app.get(Database), work);

  it('comparing looks into the months in which the client has videos, and booking into none', async () => {
    const lines = [
      { handle: 'h1', video: 1, views: 500 },
      { handle: 'new', video: 'new', postDate: '2026-06-11' },
    ];
    const { sync } = await client.upload('2026-06-20', csvOf(...lines));
    const comparing = await plansOf(() => world.app.get(CompareSync).execute(sync));
    expect(partitionsRead(comparing, 'ingestion.video')).toEqual(of('video', '01', '02', '03', '04', '05', '06'));
    expect(partitionsRead(comparing, 'ingestion.sales_entry')).toEqual([]);
    const booked = { ...(await client.find(sync.syncId)), sequence: DATES.length + 1 };
    const booking = await plansOf(() => world.app.get(BookChunk).execute(booked));
    expect(booking.some(({ text }) => text.includes('INTO ingestion.video'))).toBe(true);
    expect(booking.some(({ text }) => text.includes('INTO ingestion.sales_entry'))).toBe(true);
    expect(partitionsRead(booking, 'ingestion.video')).toEqual([]);
    expect(partitionsRead(booking, 'ingestion.sales_entry')).toEqual([]);
    expect(await client.find(sync.syncId)).toMatchObject({ status: 'published' });
  });

  it('a client’s first file looks into none', async () => {
    const first = await ClientWorld.create(world);
    const { sync } = await first.upload(TODAY, csvOf({ handle: 'ana', video: 1 }));
    const comparing = await plansOf(() => world.app.get(CompareSync).execute(sync));
    expect(partitionsRead(comparing, 'ingestion.video')).toEqual([]);
  });

  it.each<[string, Partial<SalesDayQuery>, string[]]>([
    ['all days', {}, ['02', '03', '04', '05', '06']],
    ['days of two months', { from: '2026-03-15', to: '2026-04-30' }, ['03', '04']],
    ['the days after a cursor', { after: '2026-05-10' }, ['05', '06']],
    ['days before the first', { to: '2026-01-31' }, []],
  ])('%s of a creator are read from their own months', async (_, asked, months) => {
    const query = { creatorId, from: '0001-01-01', to: '9999-12-31', after: undefined, fetch: 51, ...asked };
    const statements = await plansOf(() => world.app.get(ReadCreators).sales(client.clientId, query));
    expect(partitionsRead(statements, 'ingestion.sales_entry')).toEqual(of('sales_entry', ...months));
    expect(partitionsRead(statements, 'ingestion.video')).toEqual([]);
  });

  it('a page of the quarantine, a sync and the list of syncs read none', async () => {
    const read = world.app.get(ReadSyncs);
    const statements = await plansOf(async () => {
      await read.listQuarantine(client.clientId, { syncId: last, afterLine: 0, fetch: 51 });
      await read.list(client.clientId, { after: last, fetch: 51 });
      await read.find(client.clientId, last);
    });
    expect(statements.length).toBeGreaterThanOrEqual(3);
    for (const table of ['video', 'sales_entry']) expect(partitionsRead(statements, `ingestion.${table}`)).toEqual([]);
  });
});
