import { sql } from '#libs/persistence';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ComparisonRepository } from '../src/persistence/comparison.repository.ts';
import { StagingRepository } from '../src/persistence/staging.repository.ts';
import { ClientWorld, csvOf, openIngestionWorld, type IngestionWorld } from './ingestion-world.ts';

const LONG_ROWS = 30;
const LONG = 'x'.repeat(900_000);

let world: IngestionWorld;

beforeAll(async () => {
  world = await openIngestionWorld();
});
afterAll(() => world.close());

const file = csvOf({ handle: 'ana', video: 1 });

describe('staging', () => {
  it('that another client uses is not kept from it while a large sync’s rows are taken away', async () => {
    const [one, other] = [await ClientWorld.create(world), await ClientWorld.create(world)];
    const uploads = [await one.upload('2026-01-05', file), await other.upload('2026-01-05', file)];
    const [gone, kept] = uploads.map(({ sync }) => sync.syncId);
    const locks = await world.database.inTenant(one.clientId, async (tx) => {
      await world.app.get(StagingRepository).clearRows({ syncId: gone!, rows: 1_000_000 }, tx);
      return tx.many<{ mode: string }>(sql`
        SELECT mode FROM pg_locks WHERE pid = pg_backend_pid() AND relation = 'ingestion.staged_row'::regclass`);
    });
    expect(locks.map(({ mode }) => mode)).not.toContain('AccessExclusiveLock');
    expect(await one.rows(sql`SELECT DISTINCT sync_id FROM ingestion.staged_row`)).toEqual([{ sync_id: kept }]);
    await other.advance(kept!);
  });

  it('is taken to the quarantine a few megabytes at a time', async () => {
    const client = await ClientWorld.create(world);
    const rows = Array.from({ length: LONG_ROWS }, (_, index) => `a,b,${index},${LONG}\n`);
    const { sync } = await client.upload('2026-01-05', file + rows.join(''));
    const comparison = world.app.get(ComparisonRepository);
    const quarantine = comparison.quarantine.bind(comparison);
    let pages = 0;
    comparison.quarantine = (page, tx) => {
      pages += 1;
      return quarantine(page, tx);
    };
    await client.advance(sync.syncId);
    comparison.quarantine = quarantine;
    expect(pages).toBe(Math.ceil(LONG_ROWS / 9) + 1);
    const kept = await client.rows(
      sql`SELECT line, octet_length(raw) AS bytes FROM ingestion.quarantined_row ORDER BY line`,
    );
    expect(kept).toHaveLength(LONG_ROWS);
  });
});
