import { sql } from '#libs/persistence';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadSeries, type SampleSync } from '../../../test/data/samples.ts';
import type { Sync } from '../src/domain/sync/sync.ts';
import { ClientWorld, openIngestionWorld, type IngestionWorld } from './ingestion-world.ts';

let world: IngestionWorld;

beforeAll(async () => {
  world = await openIngestionWorld();
});
afterAll(() => world.close());

describe.each(['a', 'c'] as const)('the sample series %s', (name) => {
  const series = loadSeries(name);
  let client: ClientWorld;

  beforeAll(async () => {
    client = await ClientWorld.create(world);
  });

  it('comes to every expected manifest number and quarantine reason', async () => {
    for (const [index, file] of series.files.entries()) {
      const sync = await client.play(file.businessDate, file.csv);
      expect({ status: sync.status, ...(await figuresOf(sync)) }).toEqual({
        status: 'published',
        ...series.expected.syncs[index],
      });
    }
  });

  it('leaves every creator with the expected totals, which are the sums of ledger, snapshot and events', async () => {
    const expected = Object.fromEntries(
      Object.entries(series.expected.creators).map(([handle, { gmv, units }]) => [
        handle,
        [String(gmv), String(units)],
      ]),
    );
    expect(await totals(sql`SELECT handle, gmv_minor, units FROM ingestion.creator`)).toEqual(expected);
    for (const table of [sql`ingestion.sales_entry`, sql`ingestion.video`]) {
      const sums = sql`
        SELECT c.handle, sum(t.gmv_minor)::text AS gmv_minor, sum(t.units)::text AS units
        FROM ${table} t JOIN ingestion.creator c USING (client_id, creator_id) GROUP BY c.handle`;
      expect(await totals(sums)).toEqual(expected);
    }
    const byEvent = new Map<string, [bigint, bigint]>();
    for (const { subject, data } of await client.events('laurel.creator-sales.recorded.v1')) {
      const [gmv, units] = byEvent.get(subject) ?? [0n, 0n];
      const differences = data['differences'] as { gmvMinor: string; units: string }[];
      byEvent.set(subject, [
        differences.reduce((sum, part) => sum + BigInt(part.gmvMinor), gmv),
        differences.reduce((sum, part) => sum + BigInt(part.units), units),
      ]);
    }
    const ids = await client.rows<{ creator_id: string; handle: string }>(
      sql`SELECT creator_id, handle FROM ingestion.creator`,
    );
    const named = ids.map(({ creator_id: id, handle }) => [handle, (byEvent.get(id) ?? []).map(String)]);
    expect(Object.fromEntries(named)).toEqual(expected);
  });

  it('publishes versions without gaps and counts its events in sync.completed', async () => {
    const sales = await client.events('laurel.creator-sales.recorded.v1');
    const versions = new Map<string, number>();
    const bySync = new Map<unknown, number>();
    for (const { subject, aggregateversion, data } of sales) {
      expect(aggregateversion).toBe((versions.get(subject) ?? 0) + 1);
      versions.set(subject, aggregateversion);
      bySync.set(data['syncId'], (bySync.get(data['syncId']) ?? 0) + 1);
    }
    const completed = await client.events('laurel.sync.completed.v1');
    expect(completed.map((event) => event.data['syncSequence'])).toEqual(series.files.map((_, index) => index + 1));
    for (const { data } of completed) expect(data['creatorSalesEvents']).toBe(bySync.get(data['syncId']) ?? 0);
    expect(await client.events('laurel.creator.onboarded.v1')).toHaveLength(versions.size);
  });

  it('leaves nothing in the staging tables', async () => {
    const left = await client.rows<{ rows: string }>(sql`
      SELECT (SELECT count(*) FROM ingestion.staged_row) + (SELECT count(*) FROM ingestion.staged_difference) AS rows`);
    expect(left).toEqual([{ rows: '0' }]);
  });

  async function figuresOf(sync: Sync): Promise<Partial<SampleSync>> {
    const { manifest } = sync;
    if (manifest === null) throw new Error(`sync ${sync.syncId} has no manifest`);
    const reasons: Record<string, number> = {};
    for (const { reason } of await client.quarantine(sync.syncId)) reasons[reason] = (reasons[reason] ?? 0) + 1;
    expect(manifest.reasons).toEqual(reasons);
    return {
      businessDate: sync.businessDate,
      rows: manifest.rows,
      accepted: manifest.accepted,
      unchanged: manifest.unchanged,
      duplicate: manifest.duplicate,
      quarantined: manifest.quarantined,
      newCreators: manifest.newCreators,
      newVideos: manifest.newVideos,
      reasons,
      creatorsMoved: manifest.creatorsMoved,
      gmvAfter: Number(manifest.gmvAfterMinor),
      unitsAfter: Number(manifest.unitsAfter),
    };
  }

  async function totals(select: Parameters<ClientWorld['rows']>[0]): Promise<Record<string, string[]>> {
    const rows = await client.rows<{ handle: string; gmv_minor: string; units: string }>(select);
    return Object.fromEntries(rows.map(({ handle, gmv_minor: gmv, units }) => [handle, [gmv, units]]));
  }
});
