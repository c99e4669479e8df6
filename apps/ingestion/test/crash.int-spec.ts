import { Database, sql } from '#libs/persistence';
import { eventually } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { INestApplicationContext } from '@nestjs/common';
import { ComparisonRepository } from '../src/persistence/comparison.repository.ts';
import { AdvanceSync } from '../src/use-cases/advance-sync.ts';
import { ClientWorld, csvOf, openIngestion, openIngestionWorld, type IngestionWorld } from './ingestion-world.ts';

let world: IngestionWorld;
let second: INestApplicationContext;

beforeAll(async () => {
  world = await openIngestionWorld();
  second = await openIngestion(world.testDatabase.url('ingestion'));
});
afterAll(async () => {
  await second.close();
  await world.close();
});

class Crash extends Error {}

type Moment = 'before the commit' | 'after the commit';

/** Lets the n-th transaction from now end in a crash; @returns what takes the trap away and says whether it closed. */
function crashIn(nth: number, moment: Moment): () => boolean {
  const database = world.app.get(Database);
  const original = database.inTransaction.bind(database);
  let begun = 0;
  database.inTransaction = async (work, options) => {
    begun += 1;
    if (begun !== nth) return original(work, options);
    if (moment === 'after the commit') await original(work, options);
    else {
      await original(async (tx) => {
        await work(tx);
        throw new Crash();
      }, options);
    }
    throw new Crash();
  };
  return () => {
    database.inTransaction = original;
    return begun >= nth;
  };
}

/** Enough creators for two chunks, and a video that changes, stays, repeats and moves away. */
const FIRST = csvOf(...Array.from({ length: 40 }, (_, index) => ({ handle: `h${index % 7}`, video: index })));
const NEXT = csvOf(
  ...Array.from({ length: 60 }, (_, index) => ({ handle: `h${index % 9}`, video: index, views: 100 + (index % 3) })),
  { handle: 'h1', video: 1, gmv: '20.00' },
  { handle: 'nobody', video: 'none', gmv: 'N/A' },
);

async function stateOf(client: ClientWorld): Promise<unknown> {
  const rows = await client.rows(sql`
    SELECT c.handle, c.gmv_minor, c.units, c.sales_version, c.onboarded_on::text, c.first_video_on::text,
           (SELECT json_agg(json_build_array(v.url, v.views, v.gmv_minor) ORDER BY v.url) FROM ingestion.video v
            WHERE v.creator_id = c.creator_id) AS videos,
           (SELECT json_agg(json_build_array(e.sync_sequence, e.views, e.gmv_minor, e.first_sighting)
                            ORDER BY e.sync_sequence, e.video_key) FROM ingestion.sales_entry e
            WHERE e.creator_id = c.creator_id) AS entries
    FROM ingestion.creator c ORDER BY c.handle`);
  const events = (await client.events('laurel.creator-sales.recorded.v1')).map(({ aggregateversion, data }) => [
    aggregateversion,
    data['syncSequence'],
    data['lifetimeGmvMinor'],
    data['differences'],
  ]);
  const syncs = await client.rows(sql`
    SELECT status, sequence, rows_booked, events_appended, manifest FROM ingestion.sync ORDER BY sync_id`);
  const completed = (await client.events('laurel.sync.completed.v1')).map(({ data }) => data['creatorSalesEvents']);
  const quarantined = await client.rows(sql`SELECT line, reason, raw FROM ingestion.quarantined_row ORDER BY line`);
  const inOrder = events.map((event) => JSON.stringify(event)).sort();
  return { rows, events: inOrder, syncs, completed, quarantined };
}

async function prepared(): Promise<ClientWorld> {
  const client = await ClientWorld.create(world);
  await client.play('2026-01-05', FIRST);
  return client;
}

describe('a sync ends the same', () => {
  let undisturbed: unknown;

  beforeAll(async () => {
    const client = await prepared();
    await client.play('2026-01-12', NEXT);
    undisturbed = await stateOf(client);
  });

  it.each<Moment>(['before the commit', 'after the commit'])(
    'crashed %s of any of its transactions',
    async (moment) => {
      for (let nth = 1, closed = true; closed; nth++) {
        const client = await prepared();
        const { sync } = await client.upload('2026-01-12', NEXT);
        const release = crashIn(nth, moment);
        await client.advance(sync.syncId).catch((error: unknown) => {
          if (!(error instanceof Crash)) throw error;
        });
        closed = release();
        await client.advance(sync.syncId);
        expect(await stateOf(client)).toEqual(undisturbed);
      }
    },
  );

  it('driven by two processes at once', async () => {
    for (let round = 0; round < 5; round++) {
      const client = await prepared();
      const { sync } = await client.upload('2026-01-12', NEXT);
      await Promise.all([world.app, second].map((app) => untilDone(app, client, sync.syncId)));
      expect(await stateOf(client)).toEqual(undisturbed);
    }
  });

  it('each step repeated', async () => {
    const client = await prepared();
    const { sync } = await client.upload('2026-01-12', NEXT);
    const advance = world.app.get(AdvanceSync);
    for (let step = 0; step < 6; step++) {
      await Promise.all([advance.step(client.clientId, sync.syncId), advance.step(client.clientId, sync.syncId)]);
    }
    expect(await stateOf(client)).toEqual(undisturbed);
  });
});

describe('a sync of many creators', () => {
  it('is booked in chunks and goes on behind the last one', async () => {
    const client = await ClientWorld.create(world);
    const lines = Array.from({ length: 12_000 }, (_, index) => ({ handle: `c${index}`, video: `${index}` }));
    const { sync } = await client.upload('2026-01-05', csvOf(...lines));
    const advance = world.app.get(AdvanceSync);
    await advance.step(client.clientId, sync.syncId);
    await advance.step(client.clientId, sync.syncId);
    expect(await client.find(sync.syncId)).toMatchObject({
      status: 'booking',
      rowsBooked: 5_000,
      eventsAppended: 5_000,
    });
    expect(await client.events('laurel.sync.completed.v1')).toEqual([]);
    const end = await untilDone(second, client, sync.syncId);
    expect(end).toMatchObject({ status: 'published', rowsBooked: 12_000, eventsAppended: 12_000 });
    const [completed] = await client.events('laurel.sync.completed.v1');
    expect(completed?.data).toMatchObject({ creatorSalesEvents: 12_000 });
    expect(new Set((await client.events('laurel.creator.onboarded.v1')).map(({ subject }) => subject)).size).toBe(
      12_000,
    );
  });
});

describe('when the database has lost its unlogged tables', () => {
  it('a half booked sync takes its file again, and no other, and ends as if nothing had been', async () => {
    const client = await ClientWorld.create(world);
    await client.play('2026-01-05', csvOf({ handle: 'c11999', video: 'first' }));
    const lines = Array.from({ length: 12_000 }, (_, index) => ({ handle: `c${index}`, video: `${index}` }));
    const { sync } = await client.upload('2026-01-12', csvOf(...lines));
    const advance = world.app.get(AdvanceSync);
    await advance.step(client.clientId, sync.syncId);
    await advance.step(client.clientId, sync.syncId);
    await world.testDatabase.asAdmin((tx) => tx.execute(sql`TRUNCATE ingestion.staged_difference`));
    await advance.step(client.clientId, sync.syncId);
    expect(await client.find(sync.syncId)).toMatchObject({ status: 'booking', error: { code: 'sync.staging_lost' } });
    await expect(client.upload('2026-01-12', FIRST)).rejects.toMatchObject({ code: 'sync.in_progress' });
    await expect(client.upload('2026-01-13', csvOf(...lines))).rejects.toMatchObject({ code: 'sync.in_progress' });
    const again = await client.upload('2026-01-12', csvOf(...lines));
    expect(again).toMatchObject({ again: false, sync: { syncId: sync.syncId, error: null } });
    const end = await client.advance(sync.syncId);
    expect(end).toMatchObject({ status: 'published', rowsBooked: 12_000, eventsAppended: 12_000, error: null });
    const totals = await client.rows(sql`
      SELECT count(*) AS creators, sum(gmv_minor) AS gmv, max(sales_version) AS versions FROM ingestion.creator`);
    expect(totals).toEqual([{ creators: '12000', gmv: '12001000', versions: '2' }]);
  });

  it('in the middle of a file, what comes after is not taken for the whole of it', async () => {
    const client = await ClientWorld.create(world);
    const emptied = (file: string) => emptyingAfter(file, () => client.rows(sql`SELECT FROM ingestion.staged_row`));
    await expect(client.uploadBody('2026-01-05', emptied(FIRST))).rejects.toMatchObject({ code: 'sync.staging_lost' });
    expect(await client.rows(sql`SELECT status, error ->> 'code' AS code FROM ingestion.sync`)).toEqual([
      { status: 'failed', code: 'sync.staging_lost' },
    ]);
    expect((await client.play('2026-01-05', FIRST)).manifest).toMatchObject({ accepted: 40, unchanged: 0 });
  });

  it('in the middle of a file that is sent again, it waits for the file as before', async () => {
    const client = await ClientWorld.create(world);
    const lines = Array.from({ length: 6_000 }, (_, index) => ({ handle: `c${index}`, video: `${index}` }));
    const { sync } = await client.upload('2026-01-12', csvOf(...lines));
    const advance = world.app.get(AdvanceSync);
    await advance.step(client.clientId, sync.syncId);
    await advance.step(client.clientId, sync.syncId);
    await world.testDatabase.asAdmin((tx) => tx.execute(sql`TRUNCATE ingestion.staged_difference`));
    await advance.step(client.clientId, sync.syncId);
    const emptied = emptyingAfter(csvOf(...lines), () => client.rows(sql`SELECT FROM ingestion.staged_row`));
    await expect(client.uploadBody('2026-01-12', emptied)).rejects.toMatchObject({ code: 'sync.staging_lost' });
    expect(await client.find(sync.syncId)).toMatchObject({ status: 'booking', error: { code: 'sync.staging_lost' } });
    await client.upload('2026-01-12', csvOf(...lines));
    expect(await client.advance(sync.syncId)).toMatchObject({ status: 'published', rowsBooked: 6_000, error: null });
  });

  it('between comparing a sync and deciding about it, it has failed and can be sent again', async () => {
    const client = await ClientWorld.create(world);
    const { sync } = await client.upload('2026-01-05', NEXT);
    const comparison = world.app.get(ComparisonRepository);
    const quarantine = comparison.quarantine.bind(comparison);
    comparison.quarantine = async (page, tx) => {
      comparison.quarantine = quarantine;
      await world.testDatabase.asAdmin((lost) =>
        lost.execute(sql`TRUNCATE ingestion.staged_row, ingestion.staged_difference`),
      );
      return quarantine(page, tx);
    };
    expect(await client.advance(sync.syncId)).toMatchObject({ status: 'failed', error: { code: 'sync.staging_lost' } });
    expect(await client.play('2026-01-05', NEXT)).toMatchObject({ status: 'published', manifest: { accepted: 60 } });
  });

  it('a sync that is not booked yet has failed and can be sent again', async () => {
    const client = await ClientWorld.create(world);
    const { sync } = await client.upload('2026-01-05', FIRST);
    await world.testDatabase.asAdmin((tx) => tx.execute(sql`TRUNCATE ingestion.staged_row`));
    expect(await client.advance(sync.syncId)).toMatchObject({ status: 'failed', error: { code: 'sync.staging_lost' } });
    expect((await client.play('2026-01-05', FIRST)).status).toBe('published');
  });
});

/** The file in halves; staging is emptied between the two, once the first is in it. */
async function* emptyingAfter(file: string, staged: () => Promise<object[]>): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(file);
  yield bytes.subarray(0, bytes.length / 2);
  await eventually(async () => (await staged()).length > 0);
  await world.testDatabase.asAdmin((tx) => tx.execute(sql`TRUNCATE ingestion.staged_row`));
  yield bytes.subarray(bytes.length / 2);
}

async function untilDone(
  app: INestApplicationContext,
  client: ClientWorld,
  syncId: Parameters<ClientWorld['find']>[0],
) {
  const advance = app.get(AdvanceSync);
  for (let sync = await client.find(syncId); ; sync = await client.find(syncId)) {
    if (sync.status === 'published') return sync;
    await advance.step(client.clientId, syncId);
  }
}
