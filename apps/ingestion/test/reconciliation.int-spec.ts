import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ListFindings, Reconciliation, type Finding } from '#libs/service-kit';
import pg from 'pg';
import { ClientWorld, csvOf, openIngestionWorld, type CsvLine, type IngestionWorld } from './ingestion-world.ts';

let world: IngestionWorld;
let admin: pg.Client;

beforeAll(async () => {
  world = await openIngestionWorld();
  admin = new pg.Client({ connectionString: world.testDatabase.adminUrl });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await world.close();
});

async function reconcile(client: ClientWorld): Promise<Finding[]> {
  const reconciliation = world.app.get(Reconciliation, { strict: false });
  await reconciliation.begin(client.clientId, { askedBy: 'a test' });
  await reconciliation.driveToEnd(client.clientId, Infinity);
  const wanted = {
    clientId: client.clientId,
    status: 'open',
    kind: undefined,
    after: undefined,
    fetch: 1_000,
  } as const;
  return world.app.get(ListFindings, { strict: false }).execute(wanted);
}

/** Three creators with videos of two months, moved by a second file. */
async function played(): Promise<ClientWorld> {
  const client = await ClientWorld.create(world);
  await client.play('2026-02-01', file(1));
  await client.play('2026-02-02', file(2));
  return client;
}

function file(round: number): string {
  const lines = ['ann', 'ben', 'cat'].flatMap((handle, index): CsvLine[] => [
    { handle, video: index * 2, gmv: `${10 * round + index}.50`, units: round, postDate: '2025-12-20' },
    { handle, video: index * 2 + 1, gmv: '5.00', units: 1, views: 100 * round, postDate: '2026-01-05' },
  ]);
  return csvOf(...lines);
}

const OF_BEN = `creator_id = (SELECT creator_id FROM ingestion.creator WHERE client_id = $1 AND handle = 'ben')`;

const CORRUPTIONS: readonly [kinds: string[], subject: string, statement: string][] = [
  [['creator_total', 'client_total'], 'creator', `UPDATE ingestion.creator SET gmv_minor = gmv_minor + 1 WHERE client_id = $1 AND ${OF_BEN}`],
  [['creator_total', 'client_total'], 'creator', `UPDATE ingestion.creator SET units = units - 1 WHERE client_id = $1 AND ${OF_BEN}`],
  [['sales_version'], 'creator', `UPDATE ingestion.creator SET sales_version = sales_version + 1 WHERE client_id = $1 AND ${OF_BEN}`],
  [['video_total'], 'creator', `UPDATE ingestion.video SET gmv_minor = gmv_minor + 1 WHERE client_id = $1 AND post_date = '2026-01-05' AND ${OF_BEN}`],
  [['video_total'], 'creator', `UPDATE ingestion.video SET units = units + 1 WHERE client_id = $1 AND post_date = '2026-01-05' AND ${OF_BEN}`],
  [['creator_total'], 'creator', `UPDATE ingestion.sales_entry SET gmv_minor = gmv_minor + 1
    WHERE client_id = $1 AND sync_sequence = 1 AND post_date = '2026-01-05' AND ${OF_BEN}`],
  [['client_total'], 'client', `UPDATE ingestion.sync SET manifest = jsonb_set(manifest, '{gmvAfterMinor}', '"1"') WHERE client_id = $1 AND sequence = 2`],
  [['video_twice'], 'video', `INSERT INTO ingestion.video SELECT client_id, video_key, '2026-02-01', creator_id, 0, 0, 0, 0, 0, url
    FROM ingestion.video WHERE client_id = $1 AND post_date = '2026-01-05' AND ${OF_BEN}`],
]; // prettier-ignore

describe('a run over ingestion', () => {
  it('finds nothing wrong with what was booked', async () => {
    expect(await reconcile(await played())).toEqual([]);
  });

  it('finds nothing wrong with a client that has nothing', async () => {
    expect(await reconcile(await ClientWorld.create(world))).toEqual([]);
  });

  it.each(CORRUPTIONS)('names %j, first of a %s: %s', async (kinds, subject, statement) => {
    const client = await played();
    await admin.query(`SELECT ingestion.ensure_range_partition('video', '2026-02-01', '2026-03-01', '2026_02')`);
    const { rowCount } = await admin.query(statement, [client.clientId]);
    expect(rowCount).toBe(1);
    const findings = await reconcile(client);
    expect(findings.map(({ kind }) => kind).toSorted()).toEqual(kinds.toSorted());
    expect(findings.some((finding) => finding.subject.kind === subject)).toBe(true);
    for (const { expected, found } of findings) expect(expected).not.toBe(found);
  });

  it('names a creator whose row is gone', async () => {
    const client = await played();
    await admin.query(`DELETE FROM ingestion.creator WHERE client_id = $1 AND handle = 'cat'`, [client.clientId]);
    const findings = await reconcile(client);
    expect(findings.map(({ kind, found }) => [kind, found])).toContainEqual(['creator_total', 'no creator']);
  });

  it('finds nothing wrong while files are booked, whichever part of one is there', async () => {
    const client = await ClientWorld.create(world);
    const seen: Finding[] = [];
    let booking = true;
    const syncs = async () => {
      for (let round = 1; round <= 8; round += 1) await client.play(`2026-02-0${round}`, file(round));
      booking = false;
    };
    const runs = async () => {
      while (booking) seen.push(...(await reconcile(client)));
    };
    await Promise.all([syncs(), runs()]);
    expect([seen, await reconcile(client)]).toEqual([[], []]);
  });

  it('counts what a sync that is half booked has brought', async () => {
    const client = await played();
    await admin.query('BEGIN');
    await admin.query(`UPDATE ingestion.sync SET status = 'published' WHERE client_id = $1 AND status = 'applied'`, [client.clientId]); // prettier-ignore
    await admin.query(`ALTER TABLE ingestion.sync DISABLE TRIGGER legal_step`);
    await admin.query(`UPDATE ingestion.sync SET status = 'booking' WHERE client_id = $1 AND sequence = 2`, [client.clientId]); // prettier-ignore
    await admin.query(`ALTER TABLE ingestion.sync ENABLE TRIGGER legal_step`);
    await admin.query('COMMIT');
    expect(await reconcile(client)).toEqual([]);
  });

  it('changes nothing', async () => {
    const client = await played();
    await admin.query(`UPDATE ingestion.creator SET gmv_minor = 7 WHERE client_id = $1 AND ${OF_BEN}`, [
      client.clientId,
    ]);
    await reconcile(client);
    const { rows } = await admin.query(`SELECT gmv_minor FROM ingestion.creator WHERE client_id = $1 AND ${OF_BEN}`, [client.clientId]); // prettier-ignore
    expect(rows).toEqual([{ gmv_minor: '7' }]);
  });
});
