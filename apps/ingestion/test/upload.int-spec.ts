import { LaurelError } from '#libs/contracts';
import { sql } from '#libs/persistence';
import { eventually } from '#libs/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { StagingRepository } from '../src/persistence/staging.repository.ts';
import { SyncRepository } from '../src/persistence/sync.repository.ts';
import { DecideHeldSync } from '../src/use-cases/decide-held-sync.ts';
import { DriveUnfinishedSyncs } from '../src/use-cases/drive-unfinished-syncs.ts';
import { SweepStaging } from '../src/use-cases/sweep-staging.ts';
import { ClientWorld, csvOf, openIngestionWorld, type CsvLine, type IngestionWorld } from './ingestion-world.ts';

let world: IngestionWorld;
let client: ClientWorld;

beforeAll(async () => {
  world = await openIngestionWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  client = await ClientWorld.create(world);
});

const ONE: CsvLine = { handle: 'ana', video: 1 };

async function refusalOf(work: Promise<unknown>): Promise<LaurelError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof LaurelError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('a file', () => {
  it('is booked with its creators, videos, ledger and events', async () => {
    const sync = await client.play('2026-01-05', csvOf(ONE, { handle: '@Ana', video: 2, gmv: '$2000.50', units: -1 }));
    expect(sync).toMatchObject({ status: 'published', sequence: 1, previousBusinessDate: null, rowsBooked: 2 });
    const [sales] = await client.events('laurel.creator-sales.recorded.v1');
    expect(sales?.data).toMatchObject({
      syncId: sync.syncId,
      syncSequence: 1,
      businessDate: '2026-01-05',
      previousBusinessDate: null,
      lifetimeGmvMinor: '201050',
      lifetimeUnits: '0',
      differences: [
        { postDate: '2026-01-01', firstSighting: true, gmvMinor: '201050', units: '0', videos: 2, views: 200 },
      ],
    });
  });

  it('keeps what is wrong with line, column, reason and raw text, and books the rest', async () => {
    const csv = `${csvOf(ONE)}bob,"https://tiktok.com/2",1.2K,1,1,5,,1,2026-01-01,"two\nlines"\r\n,x\n${csvOf({ ...ONE, handle: 'cyd', video: 3 }).split('\n')[1]}\n`;
    const sync = await client.play('2026-01-05', csv, { pieceBytes: 7 });
    expect(await client.quarantine(sync.syncId)).toEqual([
      {
        line: 3,
        column: 'Views',
        reason: 'count',
        raw: 'bob,"https://tiktok.com/2",1.2K,1,1,5,,1,2026-01-01,"two\nlines"',
      },
      { line: 5, column: null, reason: 'columns', raw: ',x' },
    ]);
    expect(sync.manifest).toMatchObject({ rows: 4, accepted: 2, quarantined: 2, reasons: { columns: 1, count: 1 } });
  });

  it('with a video under another handle keeps the raw row, and the video where it was', async () => {
    await client.play('2026-01-05', csvOf(ONE));
    const sync = await client.play('2026-01-12', csvOf({ ...ONE, handle: 'bob', gmv: '99.00' }));
    const [row] = await client.quarantine(sync.syncId);
    expect(row).toMatchObject({ line: 2, column: 'Handle', reason: 'owner_changed' });
    expect(row?.raw).toBe(csvOf({ ...ONE, handle: 'bob', gmv: '99.00' }).split('\n')[1]);
    expect(sync.manifest).toMatchObject({ newCreators: 0, creatorsMoved: 0, quarantined: 1 });
  });

  it('without anything that counts is a sync like any other: the calendar moves on', async () => {
    await client.play('2026-01-05', csvOf(ONE));
    const sync = await client.play('2026-01-12', csvOf(ONE));
    expect(sync).toMatchObject({ status: 'published', sequence: 2, previousBusinessDate: '2026-01-05' });
    expect((await client.events('laurel.sync.completed.v1')).at(-1)?.data).toMatchObject({ creatorSalesEvents: 0 });
  });

  it.each([
    ['', 'sync.invalid_file'],
    ['Handle,Video\na,b\n', 'sync.missing_column'],
    [csvOf().replace('CTR', 'CTR,gmv'), 'sync.duplicate_column'],
    [csvOf(), 'sync.invalid_file'],
    [`${csvOf(ONE)}"open`, 'sync.invalid_file'],
  ])('that can not be read is refused whole: %#', async (csv, code) => {
    expect((await refusalOf(client.upload('2026-01-05', csv))).code).toBe(code);
    const failed = await client.rows<{ status: string; code: string }>(
      sql`SELECT status, error ->> 'code' AS code FROM ingestion.sync`,
    );
    expect(failed).toEqual([{ status: 'failed', code }]);
    expect((await client.play('2026-01-05', csvOf(ONE))).status).toBe('published');
  });

  it('that breaks off has failed and can be sent again', async () => {
    async function* broken(): AsyncGenerator<Buffer> {
      yield Buffer.from(csvOf(ONE));
      throw new Error('out of order');
    }
    await expect(client.uploadBody('2026-01-05', broken())).rejects.toThrow('out of order');
    const [record] = await client.rows(sql`SELECT status, error ->> 'code' AS code FROM ingestion.sync`);
    expect(record).toEqual({ status: 'failed', code: 'sync.upload_interrupted' });
    expect((await client.play('2026-01-05', csvOf(ONE))).sequence).toBe(1);
  });
});

describe('sent again', () => {
  it('the same file for the same date is the first sync, also when the date is over, and changes nothing', async () => {
    const first = await client.play('2026-01-05', csvOf(ONE));
    expect(await client.upload('2026-01-05', csvOf(ONE))).toMatchObject({
      again: true,
      sync: { syncId: first.syncId },
    });
    const second = await client.play('2026-01-12', csvOf({ ...ONE, views: 101 }));
    expect(await client.upload('2026-01-05', csvOf(ONE))).toMatchObject({
      again: true,
      sync: { syncId: first.syncId },
    });
    const syncs = await client.rows<{ sync_id: string }>(sql`SELECT sync_id FROM ingestion.sync ORDER BY sequence`);
    expect(syncs.map((row) => row.sync_id)).toEqual([first.syncId, second.syncId]);
    expect(await client.rows(sql`SELECT FROM ingestion.staged_row`)).toEqual([]);
  });

  it('another file for the same date is a new snapshot, and an earlier date is out of order', async () => {
    await client.play('2026-01-05', csvOf(ONE));
    const second = await client.play('2026-01-05', csvOf({ ...ONE, gmv: '11.00' }));
    expect(second).toMatchObject({ sequence: 2, previousBusinessDate: '2026-01-05', businessDate: '2026-01-05' });
    expect((await refusalOf(client.upload('2026-01-04', csvOf(ONE)))).code).toBe('sync.out_of_order');
    await client.play('2026-01-12', csvOf({ ...ONE, gmv: '12.00' }));
    expect((await refusalOf(client.upload('2026-01-05', csvOf({ ...ONE, gmv: '9.00' })))).code).toBe(
      'sync.out_of_order',
    );
  });

  it('a file that was refused counts for nothing', async () => {
    await refusalOf(client.upload('2026-01-12', 'no header\n'));
    expect((await client.play('2026-01-05', csvOf(ONE))).sequence).toBe(1);
  });
});

describe('one sync of a client at a time', () => {
  it('another upload is told which one runs, also at the same instant; other clients go on', async () => {
    const { sync } = await client.upload('2026-01-05', csvOf(ONE));
    const refusal = await refusalOf(client.upload('2026-01-05', csvOf(ONE)));
    expect(refusal).toMatchObject({
      code: 'sync.in_progress',
      headers: { 'Retry-After': '1', Location: `/v1/syncs/${sync.syncId}` },
    });
    const other = await ClientWorld.create(world);
    const both = await Promise.allSettled([1, 2].map(() => other.upload('2026-01-05', csvOf(ONE))));
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await client.advance(sync.syncId)).status).toBe('published');
  });

  it('an upload without its process has failed', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    async function* slow(): AsyncGenerator<Buffer> {
      yield Buffer.from(csvOf(ONE));
      await held;
    }
    const upload = client.uploadBody('2026-01-05', slow());
    const outcome = refusalOf(upload);
    const drive = world.app.get(DriveUnfinishedSyncs);
    await drive.execute();
    expect(await statuses()).not.toEqual(['failed']);
    await world.testDatabase.asAdmin((tx) =>
      tx.execute(sql`SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_stat_activity USING (pid)
                     WHERE locktype = 'advisory' AND state = 'idle' AND datname = current_database()`),
    );
    await eventually(async () => {
      await drive.execute();
      return (await statuses()).join() === 'failed';
    });
    release();
    expect((await outcome).code).toBe('sync.upload_interrupted');
    expect((await client.play('2026-01-05', csvOf(ONE))).status).toBe('published');
    await world.app.get(SweepStaging).execute();
    expect(await client.rows(sql`SELECT FROM ingestion.staged_row`)).toEqual([]);
  });

  it('what a sync stages while the tables are swept is left alone', async () => {
    const lateLook = Object.assign(Object.create(SyncRepository.prototype) as SyncRepository, {
      listUnfinished: async () => {
        await client.upload('2026-01-05', csvOf(ONE));
        return [];
      },
    });
    await new SweepStaging(world.database, lateLook, world.app.get(StagingRepository)).execute();
    expect(await client.rows(sql`SELECT FROM ingestion.staged_row`)).toHaveLength(1);
  });

  const statuses = async () =>
    (await client.rows<{ status: string }>(sql`SELECT status FROM ingestion.sync`)).map(({ status }) => status);
});

describe('hold and dry run', () => {
  const FULL = [1, 2, 3].map((video) => ({ handle: `h${video}`, video, gmv: '100.00' }));
  const FALLEN = FULL.map((line) => ({ ...line, gmv: '70.00' }));

  it('a file that takes more than 20 % away is held, keeps the next one waiting, and is booked once approved', async () => {
    await client.play('2026-01-05', csvOf(...FULL));
    const held = await client.play('2026-01-12', csvOf(...FALLEN));
    expect(held).toMatchObject({ status: 'held', sequence: null, hold: { reasons: [{ rule: 'total_gmv' }] } });
    expect(held.hold?.falling).toHaveLength(3);
    expect((await refusalOf(client.upload('2026-01-12', csvOf(ONE)))).code).toBe('sync.held');
    await client.approve(held.syncId);
    await eventually(async () => (await client.find(held.syncId)).status === 'published');
    expect(await client.find(held.syncId)).toMatchObject({ sequence: 2, previousBusinessDate: '2026-01-05' });
    await client.approve(held.syncId);
    const late = world.app
      .get(DecideHeldSync)
      .execute({ clientId: client.clientId, syncId: held.syncId, decidedBy: 'admin', decision: 'discard' });
    expect((await refusalOf(late)).code).toBe('sync.illegal_state');
  });

  it('a discarded file leaves nothing behind but its record', async () => {
    await client.play('2026-01-05', csvOf(...FULL));
    const held = await client.play('2026-01-12', csvOf(...FALLEN));
    const decision = {
      clientId: client.clientId,
      syncId: held.syncId,
      decidedBy: 'admin',
      decision: 'discard',
    } as const;
    expect((await world.app.get(DecideHeldSync).execute(decision)).status).toBe('discarded');
    await client.advance(held.syncId);
    expect(await client.rows(sql`SELECT FROM ingestion.staged_difference`)).toEqual([]);
    expect((await client.play('2026-01-06', csvOf(...FULL))).manifest).toMatchObject({ unchanged: 3, accepted: 0 });
  });

  it('a dry run has a manifest and books nothing', async () => {
    const dry = await client.play('2026-01-05', csvOf(...FULL), { dryRun: true });
    expect(dry).toMatchObject({ status: 'dry_run', sequence: null, manifest: { accepted: 3, newCreators: 3 } });
    expect(await client.rows(sql`SELECT FROM ingestion.creator`)).toEqual([]);
    expect((await client.play('2026-01-05', csvOf(...FULL))).status).toBe('published');
  });

  it('a dry run says what would hold the file, and nobody approves it', async () => {
    await client.play('2026-01-05', csvOf(...FULL));
    const { syncId, ...dry } = await client.play('2026-01-12', csvOf(...FALLEN), { dryRun: true });
    const held = await client.play('2026-01-12', csvOf(...FALLEN));
    expect(dry).toMatchObject({ status: 'dry_run', sequence: null, hold: held.hold, manifest: held.manifest });
    expect(held.hold?.reasons).toHaveLength(1);
    expect((await refusalOf(client.approve(syncId))).code).toBe('sync.illegal_state');
  });
});
