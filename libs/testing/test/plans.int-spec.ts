import { sql, type Database } from '#libs/persistence';
import { aClientId, createTestDatabase, explained, partitionsRead, type TestDatabase } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

let database: TestDatabase;
let ingestion: Database;

const client = aClientId();

beforeAll(async () => {
  database = await createTestDatabase('ingestion');
  ingestion = database.database('ingestion');
  await ingestion.inTransaction(async (tx) => {
    for (const [from, to] of [
      ['2026-01-01', '2026-02-01'],
      ['2026-02-01', '2026-03-01'],
      ['2026-03-01', '2026-04-01'],
    ]) {
      const suffix = from?.slice(0, 7).replace('-', '_');
      await tx.execute(sql`SELECT ingestion.ensure_range_partition('video', ${from}, ${to}, ${suffix})`);
    }
  });
});
afterAll(() => database.drop());

function counting(from: string, to: string): Promise<unknown> {
  return ingestion.inTenant(client, (tx) =>
    tx.one(sql`SELECT count(*) FROM ingestion.video
               WHERE client_id = ${client} AND post_date >= ${from} AND post_date < ${to}`),
  );
}

describe('the plans of what a program runs', () => {
  it('name the partitions that are read, and no other', async () => {
    const statements = await explained(ingestion, () => counting('2026-01-01', '2026-03-01'));
    expect(partitionsRead(statements, 'ingestion.video')).toEqual([
      'ingestion.video_2026_01',
      'ingestion.video_2026_02',
    ]);
    expect(statements).toHaveLength(1);
  });

  it('leave out partitions that are passed over at run time', async () => {
    const statements = await explained(ingestion, () =>
      ingestion.inTenant(client, (tx) =>
        tx.one(sql`SELECT count(*) FROM ingestion.video
                   WHERE client_id = ${client} AND post_date = (SELECT coalesce(min(v.business_date), '2026-03-05')
                     FROM ingestion.sync v WHERE v.client_id = ${client})`),
      ),
    );
    expect(partitionsRead(statements, 'ingestion.video')).toEqual(['ingestion.video_2026_03']);
  });

  it('are read without the statement having run twice, and only while the work goes on', async () => {
    const insert = () =>
      ingestion.inTransaction((tx) =>
        tx.execute(sql`INSERT INTO ingestion.tenant (client_id) VALUES (${client}) ON CONFLICT DO NOTHING`),
      );
    let touched = -1;
    const statements = await explained(ingestion, async () => (touched = await insert()));
    expect(touched).toBe(1);
    expect(statements[0]?.plan['Node Type']).toBe('ModifyTable');
    await insert();
    expect(statements).toHaveLength(1);
  });
});
