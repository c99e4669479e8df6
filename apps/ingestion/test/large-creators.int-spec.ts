import { addDays, toCalendarDate } from '#libs/kernel';
import { sql } from '#libs/persistence';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MOST_POST_DATES, MOST_ROWS } from '../src/domain/compare/creator-limits.ts';
import { ClientWorld, csvOf, openIngestionWorld, type IngestionWorld } from './ingestion-world.ts';

const MOST_EVENT_BYTES = 16 * 2 ** 20;

let world: IngestionWorld;

beforeAll(async () => {
  world = await openIngestionWorld();
});
afterAll(() => world.close());

const first = toCalendarDate('1970-01-01');

function fileOf(rows: number, postDates: number): string {
  const dates = Array.from({ length: postDates }, (_, index) => addDays(first, index));
  const lines = Array.from({ length: rows }, (_, video) => ({
    handle: 'ana',
    video,
    postDate: dates[video % postDates]!,
  }));
  return csvOf({ handle: 'bob', video: 'other' }, ...lines);
}

describe('one creator of a file', () => {
  it('with as much as one may have is booked in one event that a topic takes', async () => {
    const client = await ClientWorld.create(world);
    const sync = await client.play('2026-01-05', fileOf(MOST_ROWS, MOST_POST_DATES));
    expect(sync).toMatchObject({ status: 'published', rowsBooked: MOST_ROWS + 1, eventsAppended: 2 });
    const again = fileOf(MOST_ROWS, MOST_POST_DATES).replaceAll(',10.00,', ',11.00,');
    expect(await client.play('2026-01-12', again)).toMatchObject({ status: 'published', rowsBooked: MOST_ROWS + 1 });
    const [event] = await client.rows<{ bytes: number }>(sql`
      SELECT max(octet_length(value)) AS bytes FROM ingestion.outbox WHERE key LIKE ${`${client.clientId}:%`}`);
    expect(event?.bytes).toBeLessThan(MOST_EVENT_BYTES / 2);
  });

  it.each([
    ['rows', MOST_ROWS + 1, 5],
    ['post dates', MOST_POST_DATES + 1, MOST_POST_DATES + 1],
  ])('with more %s fails it, and the client goes on', async (_, rows, postDates) => {
    const client = await ClientWorld.create(world);
    const sync = await client.play('2026-01-05', fileOf(rows, postDates));
    expect(sync).toMatchObject({ status: 'failed', sequence: null, error: { code: 'sync.creator_too_large' } });
    expect(sync.error?.detail).toMatch(/^ana has/);
    for (const table of [sql`creator`, sql`video`, sql`staged_row`, sql`staged_difference`]) {
      expect(await client.rows(sql`SELECT FROM ingestion.${table} WHERE client_id = ${client.clientId}`)).toEqual([]);
    }
    expect(await client.play('2026-01-05', csvOf({ handle: 'ana', video: 1 }))).toMatchObject({ status: 'published' });
  });
});
