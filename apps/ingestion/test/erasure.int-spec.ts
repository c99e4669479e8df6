import { sql } from '#libs/persistence';
import { placesOf } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AdvanceSync } from '../src/use-cases/advance-sync.ts';
import { ErasureWorld } from './erasure-world.ts';
import {
  ClientWorld,
  csvOf,
  inPieces,
  openIngestionWorld,
  type CsvLine,
  type IngestionWorld,
} from './ingestion-world.ts';

let world: IngestionWorld;
let planted = 0;
beforeAll(async () => {
  world = await openIngestionWorld();
});
afterAll(() => world.close());

const BOB: CsvLine = { handle: 'bob', video: 'b1' };
const videoOf = (handle: string, video: string) => `https://www.tiktok.com/@${handle}/video/${video}`;
const raw = (csv: string, handle: string) => csv.replaceAll('/@x/video/p', `/@${handle}/video/p`);

/** A client, a creator that no other test has, and a file with both and with rows that are refused. */
async function prepared() {
  planted += 1;
  const handle = `zephyr.quill_${planted}`;
  const client = await ClientWorld.create(world);
  const first = raw(
    csvOf(BOB, { handle: `@${handle.toUpperCase()}`, video: 'p1' }, { handle, video: 'p2', gmv: 'N/A' }),
    handle,
  );
  await client.play(
    '2026-01-05',
    `${first}too,few,of ${handle}\nnot a handle!,${videoOf(handle, 'p1')},1,1,1,1,1,1,2026-01-01,t\n`,
  );
  return { handle, client, erasures: new ErasureWorld(world, client) };
}

const quarantine = async (client: ClientWorld, syncId: Parameters<ClientWorld['quarantine']>[0]) =>
  (await client.quarantine(syncId)).map(({ column, reason, raw: text }) => [column, reason, text]);
const handles = (client: ClientWorld) =>
  client.rows<{ handle: string; gmv_minor: string }>(sql`SELECT handle, gmv_minor FROM ingestion.creator ORDER BY 1`);

describe('an erased handle', () => {
  it('stands nowhere any more, and its rows of later files are quarantined while all others apply', async () => {
    const { handle, client, erasures } = await prepared();
    expect(await placesOf(world.testDatabase, handle)).not.toEqual([]);
    const id = await erasures.erase(handle);
    expect(await erasures.report(id)).toMatchObject({ status: 'done', obligations: [] });
    expect(await placesOf(world.testDatabase, handle)).toEqual([]);
    expect((await erasures.report(id)).gone.filter(({ service }) => service === 'ingestion')).toEqual([
      { service: 'ingestion', what: 'handle', count: 1 },
      { service: 'ingestion', what: 'quarantined_rows', count: 3 },
      { service: 'ingestion', what: 'manifests', count: 1 },
      { service: 'ingestion', what: 'video_addresses', count: 1 },
    ]);

    const later = raw(
      csvOf(
        { ...BOB, views: 150 },
        { handle: `@${handle}`, video: 'p1', views: 999, gmv: '500.00' },
        { handle, video: 'p9', gmv: 'N/A' },
        { handle: 'carla', video: 'p1' },
        { handle: 'bob', video: 'p7' },
      ),
      handle,
    );
    const sync = await client.play('2026-01-06', `${later}again,too,few of ${handle}\n`);
    expect(sync.manifest).toMatchObject({ rows: 6, accepted: 2, unchanged: 0, duplicate: 0, quarantined: 4 });
    expect(sync.manifest).toMatchObject({ newCreators: 0, reasons: { erased: 2, owner_changed: 1, columns: 1 } });
    expect(await quarantine(client, sync.syncId)).toEqual([
      ['Handle', 'erased', ''],
      ['Handle', 'erased', ''],
      ['Handle', 'owner_changed', ''],
      [null, 'columns', ''],
    ]);
    const creatorId = (await erasures.report(id)).creatorId;
    expect(await handles(client)).toEqual([
      { handle: 'bob', gmv_minor: '2000' },
      { handle: `erased:${creatorId}`, gmv_minor: '1000' },
    ]);
    expect(await placesOf(world.testDatabase, handle)).toEqual([]);
  });

  it('of one client is free in another', async () => {
    const { handle, erasures } = await prepared();
    await erasures.erase(handle);
    const other = await ClientWorld.create(world);
    await other.play('2026-01-05', csvOf({ handle, video: 'x' }));
    expect(await handles(other)).toEqual([{ handle, gmv_minor: '1000' }]);
    await new ErasureWorld(world, other).erase(handle);
    expect(await placesOf(world.testDatabase, handle)).toEqual([]);
  });

  it('is told in a file that is received while the erasure runs', async () => {
    const { handle, client, erasures } = await prepared();
    const csv = raw(csvOf({ ...BOB, views: 150 }, { handle, video: 'p1', views: 999 }), handle);
    let erasing: Promise<unknown> = Promise.resolve();
    const id = await erasures.request(await erasures.creator(handle));
    await erasures.answer(id, 'checked');
    async function* body() {
      const pieces = inPieces(Buffer.from(csv), 200);
      for await (const piece of pieces) {
        yield piece;
        // In the middle of the file: it is open, and nothing of it is compared.
        erasing = erasing.then(() => erasures.carryOut());
        await erasing;
      }
    }
    const { sync } = await client.uploadBody('2026-01-06', body());
    expect(await erasures.report(id)).toMatchObject({ status: 'erasing', gone: [] });
    const booked = await client.advance(sync.syncId);
    expect(await quarantine(client, booked.syncId)).toEqual([['Handle', 'erased', '']]);
    await erasures.carryOut();
    await erasures.answer(id, 'erased');
    expect(await erasures.report(id)).toMatchObject({ status: 'done' });
    expect(await placesOf(world.testDatabase, handle)).toEqual([]);
  });

  it('goes from a file that is held, which is booked under the pseudonym when it is approved', async () => {
    const { handle, client, erasures } = await prepared();
    const fall = raw(
      csvOf({ ...BOB, gmv: '0.00' }, { handle, video: 'p1', gmv: '1.00' }, { handle, video: 'p3' }),
      handle,
    );
    const held = await client.play('2026-01-06', fall);
    expect(held).toMatchObject({ status: 'held' });
    const id = await erasures.erase(handle);
    expect(await erasures.report(id)).toMatchObject({ status: 'done' });
    expect(await placesOf(world.testDatabase, handle)).toEqual([]);
    await client.approve(held.syncId);
    expect(await client.advance(held.syncId)).toMatchObject({ status: 'published' });
    const creatorId = (await erasures.report(id)).creatorId;
    expect(await handles(client)).toEqual([
      { handle: 'bob', gmv_minor: '0' },
      { handle: `erased:${creatorId}`, gmv_minor: '1100' },
    ]);
    expect(await placesOf(world.testDatabase, handle)).toEqual([]);
  });

  it('is kept while a file is compared that was begun before', async () => {
    const { handle, client, erasures } = await prepared();
    const id = await erasures.request(await erasures.creator(handle));
    await erasures.answer(id, 'checked');
    await world.database.inTenant(client.clientId, async (tx) => {
      await tx.execute(sql`
        SELECT pg_advisory_xact_lock_shared(hashtextextended(${`ingestion.handles:${client.clientId}`}, 0))`);
      await erasures.carryOut();
      expect((await handles(client)).map((row) => row.handle)).toContain(handle);
    });
    await erasures.carryOut();
    expect((await handles(client)).map((row) => row.handle)).not.toContain(handle);
  });

  it('keeps the rows of a file that was half booked before, when a crash of the database has taken them', async () => {
    const { handle, client, erasures } = await prepared();
    const csv = raw(csvOf({ ...BOB, views: 150 }, { handle, video: 'p1', gmv: '12.00' }), handle);
    const { sync } = await client.upload('2026-01-06', csv);
    await world.app.get(AdvanceSync).step(client.clientId, sync.syncId);
    await world.testDatabase.asAdmin((tx) =>
      tx.execute(sql`DELETE FROM ingestion.staged_difference WHERE sync_id = ${sync.syncId}`),
    );
    await world.app.get(AdvanceSync).step(client.clientId, sync.syncId);
    expect((await client.find(sync.syncId)).error).toMatchObject({ code: 'sync.staging_lost' });
    const id = await erasures.erase(handle);
    await client.upload('2026-01-06', csv);
    expect(await client.advance(sync.syncId)).toMatchObject({ status: 'published', error: null });
    const creatorId = (await erasures.report(id)).creatorId;
    expect(await handles(client)).toContainEqual({ handle: `erased:${creatorId}`, gmv_minor: '1200' });
    expect(await placesOf(world.testDatabase, handle)).toEqual([]);
  });
});

describe('an erasure', () => {
  it('of a creator that is not there, or another client’s, is not found', async () => {
    const { erasures } = await prepared();
    const other = await prepared();
    const theirs = await other.erasures.creator(other.handle);
    await expect(erasures.request(theirs)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('is the same one, however often it is asked for, and is refused while something is owed', async () => {
    const { handle, erasures } = await prepared();
    const creatorId = await erasures.creator(handle);
    const refused = await erasures.request(creatorId);
    expect(await erasures.request(creatorId, 'a reason that forces it')).toBe(refused);
    const owed = [{ kind: 'boost_not_paid', id: creatorId }] as const;
    await erasures.answer(refused, 'checked', owed);
    await erasures.carryOut();
    expect(await erasures.report(refused)).toMatchObject({ status: 'refused', obligations: owed, gone: [] });
    expect(await erasures.creator(handle)).toBe(creatorId);

    await expect(erasures.request(creatorId, `because ${handle} has asked`)).rejects.toMatchObject({
      code: 'validation_failed',
    });
    const forced = await erasures.request(creatorId, 'the creator has asked twice');
    expect(forced).not.toBe(refused);
    await erasures.answer(forced, 'checked', owed);
    await erasures.carryOut();
    await erasures.answer(forced, 'erased');
    expect(await erasures.report(forced)).toMatchObject({ status: 'done', obligations: owed, forced: true });
    expect(await erasures.request(creatorId)).toBe(forced);
    expect(await erasures.report(refused)).toMatchObject({ status: 'refused' });
  });

  it('is told to the others in ids alone, each step once, in order', async () => {
    const { handle, client, erasures } = await prepared();
    const id = await erasures.erase(handle);
    await erasures.carryOut();
    await erasures.answer(id, 'checked');
    const told = await client.events('laurel.erasure.advanced.v1');
    expect(told.map(({ aggregateversion, data }) => [aggregateversion, data['status']])).toEqual([
      [1, 'checking'],
      [2, 'erasing'],
      [3, 'done'],
    ]);
    const { creatorId } = await erasures.report(id);
    expect(told[0]?.data).toEqual({ erasureId: id, creatorId, status: 'checking', forced: false });
  });
});
