import { toCalendarDate, type CalendarDate } from '#libs/kernel';
import { sql } from '#libs/persistence';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareFile, type FileRow, type KnownVideo, type Verdict } from '../src/domain/compare/compare-file.ts';
import type { Sync } from '../src/domain/sync/sync.ts';
import { CompareSync } from '../src/use-cases/compare-sync.ts';
import { ClientWorld, openIngestionWorld, type IngestionWorld } from './ingestion-world.ts';

const SEED = Number(process.env['LAUREL_SEED'] ?? 4711);
const HANDLES = ['ana', 'bob', 'cyd'];
const HEADER = 'Handle,Video,Views,Likes,Comments,GMV,CTR,Units Sold,Post Date,Video Title';

let world: IngestionWorld;

beforeAll(async () => {
  world = await openIngestionWorld();
});
afterAll(() => world.close());

type Drawn = Omit<FileRow, 'line' | 'videoKey'> & { readonly video: number };

const drawnRow: fc.Arbitrary<Drawn> = fc.record({
  handle: fc.constantFrom(...HANDLES),
  video: fc.integer({ min: 1, max: 6 }),
  views: fc.bigInt({ min: 0n, max: 2n }),
  likes: fc.constant(0n),
  comments: fc.constant(0n),
  gmvMinor: fc.bigInt({ min: -1n, max: 2n }),
  units: fc.bigInt({ min: -1n, max: 1n }),
  postDate: fc.constantFrom('2025-12-31', '2026-01-01', '2026-01-31').map(toCalendarDate),
});

describe(`the statement that compares, against the rule, with seed ${SEED}`, () => {
  it('judges every row of random histories alike', async () => {
    const files = fc.array(fc.array(drawnRow, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(files, async (history) => {
        const client = await ClientWorld.create(world);
        const known = new Map<string, KnownVideo>();
        for (const [index, drawn] of history.entries()) {
          const rows = drawn.map((row, at) => ({ ...row, line: at + 2, videoKey: String(row.video) }));
          const verdicts = compareFile(rows, known);
          const sync = await compared(client, `2026-02-0${index + 1}`, rows);
          expect(await storedVerdicts(client, sync, rows)).toEqual(verdicts);
          learn(known, rows, verdicts);
          await endHold(client, sync);
          expect(await snapshot(client)).toEqual(known);
        }
      }),
      { seed: SEED, numRuns: 20 },
    );
  }, 180_000);
});

async function compared(client: ClientWorld, businessDate: string, rows: readonly FileRow[]): Promise<Sync> {
  const lines = rows.map(
    (row) =>
      `${row.handle},https://tiktok.com/v/${row.videoKey},${row.views},${row.likes},${row.comments},` +
      `${Number(row.gmvMinor) / 100},,${row.units},${row.postDate},t`,
  );
  const { sync } = await client.upload(businessDate, [HEADER, ...lines].join('\n'));
  await world.app.get(CompareSync).execute(sync);
  return client.find(sync.syncId);
}

/** A drawn file may take so much away that it is held; the comparison is what is looked at here. */
async function endHold(client: ClientWorld, sync: Sync): Promise<void> {
  if (sync.status === 'held') await client.approve(sync.syncId);
  expect((await client.advance(sync.syncId)).status).toBe('published');
}

interface DifferenceRow {
  line: string;
  kind: Verdict['kind'];
  post_date: CalendarDate;
  views: string;
  likes: string;
  comments: string;
  gmv_minor: string;
  units: string;
}

async function storedVerdicts(
  client: ClientWorld,
  sync: Sync,
  rows: readonly FileRow[],
): Promise<ReadonlyMap<number, Verdict>> {
  const stored = await client.rows<DifferenceRow>(sql`
    SELECT line, kind, post_date::text, views, likes, comments, gmv_minor, units FROM ingestion.staged_difference
    WHERE sync_id = ${sync.syncId}`);
  const byLine = new Map(stored.map((row) => [Number(row.line), verdictOf(row)]));
  return new Map(rows.map(({ line }) => [line, byLine.get(line) ?? { kind: 'unchanged' as const }]));
}

function verdictOf({ kind, ...row }: DifferenceRow): Verdict {
  if (kind !== 'new' && kind !== 'changed') return { kind };
  const difference = {
    views: BigInt(row.views),
    likes: BigInt(row.likes),
    comments: BigInt(row.comments),
    gmvMinor: BigInt(row.gmv_minor),
    units: BigInt(row.units),
  };
  return { kind, postDate: row.post_date, difference };
}

function learn(known: Map<string, KnownVideo>, rows: readonly FileRow[], verdicts: ReadonlyMap<number, Verdict>): void {
  for (const { line, videoKey, handle, views, likes, comments, gmvMinor, units } of rows) {
    const verdict = verdicts.get(line);
    if (verdict?.kind !== 'new' && verdict?.kind !== 'changed') continue;
    known.set(videoKey, { handle, postDate: verdict.postDate, views, likes, comments, gmvMinor, units });
  }
}

async function snapshot(client: ClientWorld): Promise<ReadonlyMap<string, KnownVideo>> {
  const rows = await client.rows<Omit<DifferenceRow, 'line' | 'kind'> & { url: string; handle: string }>(sql`
    SELECT v.url, c.handle, v.post_date::text, v.views, v.likes, v.comments, v.gmv_minor, v.units
    FROM ingestion.video v JOIN ingestion.creator c USING (client_id, creator_id)`);
  return new Map(
    rows.map((row) => [
      row.url.replace('tiktok.com/v/', ''),
      {
        handle: row.handle,
        postDate: row.post_date,
        views: BigInt(row.views),
        likes: BigInt(row.likes),
        comments: BigInt(row.comments),
        gmvMinor: BigInt(row.gmv_minor),
        units: BigInt(row.units),
      },
    ]),
  );
}
