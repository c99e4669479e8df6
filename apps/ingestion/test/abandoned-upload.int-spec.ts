import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { toCalendarDate, toCurrency, type SyncId } from '#libs/kernel';
import { SyncProgressRepository } from '../src/persistence/sync-progress.repository.ts';
import { SyncRepository } from '../src/persistence/sync.repository.ts';
import { UploadLockRepository } from '../src/persistence/upload-lock.repository.ts';
import { DriveUnfinishedSyncs } from '../src/use-cases/drive-unfinished-syncs.ts';
import { RunSyncs } from '../src/use-cases/run-syncs.ts';
import { ClientWorld, csvOf, openIngestionWorld, type IngestionWorld } from './ingestion-world.ts';

describe('an upload that nobody receives any more', () => {
  let world: IngestionWorld;
  let client: ClientWorld;

  beforeAll(async () => {
    world = await openIngestionWorld();
    client = await ClientWorld.create(world);
  });
  afterAll(() => world.close());

  it('has failed, and its client can send the file again', async () => {
    const syncId = '01980000-0000-7000-8000-000000000001' as SyncId;
    const businessDate = toCalendarDate('2026-01-05');
    const record = { syncId, businessDate, dryRun: false, currency: toCurrency('USD'), bytesAnnounced: null };
    await world.database.inTenant(client.clientId, (tx) => world.app.get(SyncProgressRepository).begin(record, tx));

    await driveSeeing(syncId);

    expect(await client.find(syncId)).toMatchObject({ status: 'failed', error: { code: 'sync.upload_interrupted' } });
    expect((await client.play('2026-01-05', csvOf({ handle: 'ana', video: 1 }))).status).toBe('published');
  });

  it('is left alone when its file has come in whole since it was seen', async () => {
    const { sync } = await client.upload('2026-01-12', csvOf({ handle: 'ana', video: 2 }));

    await driveSeeing(sync.syncId);

    expect((await client.find(sync.syncId)).status).toBe('staged');
  });

  /** The loop, whose look at the syncs in work is older than what it does about them. */
  function driveSeeing(syncId: SyncId): Promise<void> {
    const seen = { clientId: client.clientId, syncId, status: 'receiving' as const };
    const syncs = Object.assign(Object.create(SyncRepository.prototype) as SyncRepository, {
      listUnfinished: () => Promise.resolve([seen]),
    });
    const { app, database } = world;
    const locks = app.get(UploadLockRepository);
    return new DriveUnfinishedSyncs(
      database,
      syncs,
      app.get(SyncProgressRepository),
      locks,
      app.get(RunSyncs),
    ).execute();
  }
});
