import { createHash } from 'node:crypto';
import { measureMemory, type RunningService } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HttpClient, openHttpWorld, type HttpWorld } from './http-world.ts';
import { csvOf } from './ingestion-world.ts';

const ROWS = 200_000;
const LONG_ROWS = 40;
const MEGABYTE = 1_048_576;
const PAGES = 100;
const MOST_MB = 350;
/** A page of two of them is here five times over (as it comes, as text, as JSON or CSV) until it is swept away. */
const MOST_MB_OF_LONG_ROWS = 450;

let world: HttpWorld;
let service: RunningService;
/** Takes no file in, so that its memory is that of reading. */
let reader: RunningService;
let client: HttpClient;

beforeAll(async () => {
  world = await openHttpWorld();
  [service, reader] = await Promise.all([world.start(), world.start({ LAUREL_ROLES: 'http' })]);
  client = await HttpClient.create(world);
});
afterAll(() => world.close());

async function quarantined(businessDate: string, rows: AsyncIterable<string>): Promise<string> {
  const { body } = await client.upload(service, businessDate, rows);
  await client.until(service, body.id, 'published');
  return `/v1/syncs/${body.id}/quarantine`;
}

async function* bad(count: number, rowOf: (index: number) => string): AsyncGenerator<string> {
  yield csvOf({ handle: 'ana', video: 1 });
  for (let index = 0; index < count; index += 1_000) {
    const piece = Array.from({ length: Math.min(1_000, count - index) }, (_, at) => `${rowOf(index + at)}\n`);
    for (let at = 0; at < piece.length; at += 10) yield piece.slice(at, at + 10).join('');
  }
}

const shortRow = (index: number) => `creator-number-${index},https://tiktok.com/video/${index},a title of some length`;

async function pagesOf(path: string, onPage: (page: { text: string; rows: number; raws: string[] }) => void) {
  let left = PAGES;
  for (let cursor: string | null = ''; cursor !== null && left > 0; left--) {
    const { text, body } = await client.get(reader, `${path}?limit=200${cursor === '' ? '' : `&cursor=${cursor}`}`);
    onPage({ text, rows: body.data?.length ?? 0, raws: (body.data ?? []).map(({ raw }) => raw) });
    cursor = body.nextCursor ?? null;
  }
}

describe(`a quarantine of ${ROWS} rows`, () => {
  let path: string;

  beforeAll(async () => {
    path = await quarantined('2026-01-05', bad(ROWS, shortRow));
  });

  it('is read whole as CSV, in bounded memory', async () => {
    const memory = measureMemory(reader.pid);
    const { status, text } = await client.get(reader, path, { accept: 'text/csv' });
    expect([status, memory.peakMb() < MOST_MB]).toEqual([200, true]);
    const lines = text.split('\r\n');
    expect(lines).toHaveLength(ROWS + 2);
    expect(lines[0]).toBe('line,column,reason,raw');
    expect(lines[ROWS]).toBe(`${ROWS + 2},,columns,"${shortRow(ROWS - 1)}"`);
    expect(digest(lines.slice(1, -1).map((line) => line.slice(line.indexOf('"') + 1, -1)))).toBe(allOfThem(ROWS));
  });

  it('is read as JSON, page after page, in bounded memory', async () => {
    const memory = measureMemory(reader.pid);
    const raws: string[] = [];
    await pagesOf(path, (page) => raws.push(...page.raws));
    expect([digest(raws), memory.peakMb() < MOST_MB]).toEqual([allOfThem(PAGES * 200), true]);
  });

  it('of another client is not there', async () => {
    const other = await HttpClient.create(world);
    expect((await other.get(reader, path, { accept: 'text/csv' })).status).toBe(404);
  });
});

describe('a quarantine of rows of a megabyte', () => {
  it('is read in pages of few rows, in bounded memory', async () => {
    const path = await quarantined(
      '2026-01-12',
      bad(LONG_ROWS, (index) => `${index}${'x'.repeat(MEGABYTE - 100)}`),
    );
    const memory = measureMemory(reader.pid);
    let rows = 0;
    let largest = 0;
    await pagesOf(path, (page) => {
      rows += page.rows;
      largest = Math.max(largest, page.text.length);
    });
    expect(rows).toBe(LONG_ROWS);
    expect(largest).toBeLessThan(3 * MEGABYTE);
    for (let time = 0; time < 2; time++) {
      const { text } = await client.get(reader, path, { accept: 'text/csv' });
      expect(text.split('\r\n')).toHaveLength(LONG_ROWS + 2);
    }
    expect(memory.peakMb()).toBeLessThan(MOST_MB_OF_LONG_ROWS);
  });
});

function allOfThem(count: number): string {
  return digest(Array.from({ length: count }, (_, index) => shortRow(index)));
}

function digest(texts: readonly string[]): string {
  return createHash('sha256').update(texts.join('\n')).digest('hex');
}
