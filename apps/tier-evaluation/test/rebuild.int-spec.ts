import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ClientId } from '#libs/kernel';
import { aCreatorId } from '#libs/testing';
import fc from 'fast-check';
import pg from 'pg';
import { aProgram } from './creator-history.ts';
import { clientHistory, KINDS } from './histories/draw-histories.ts';
import { playOnPostgres } from './histories/play-on-postgres.ts';
import { timelineOf } from './histories/timeline.ts';
import { reconciled, type ReconciledService } from './reconciled-service.ts';
import { ClientUnderTest, startServiceUnderTest, type ServiceUnderTest } from './service-under-test.ts';

const SEED = Number(process.env['LAUREL_SEED'] ?? Date.now() % 1_000_000);
const CREATORS = 20;
/** Both metrics, both modes, one month and many; the rules under every kind are held elsewhere. */
const PLAYED = KINDS.flatMap((kind, index) => (index % 3 === 0 ? [[index, kind] as const] : []));

let service: ServiceUnderTest;
let reconciliation: ReconciledService;
let admin: pg.Client;

beforeAll(async () => {
  service = await startServiceUnderTest();
  reconciliation = await reconciled(service);
  admin = new pg.Client({ connectionString: service.testDatabase.adminUrl });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await service.close();
});

type Row = Readonly<Record<string, unknown>>;

async function standings(clientId: ClientId): Promise<Row[]> {
  const { rows } = await admin.query<{ row: Row }>(
    'SELECT to_jsonb(s) AS row FROM tier_evaluation.standing s WHERE client_id = $1 ORDER BY creator_id',
    [clientId],
  );
  return rows.map(({ row }) => row);
}

/** Nothing of what rules and events have written into the rows is left. */
const GARBLE = `
  UPDATE tier_evaluation.standing SET
    tier = 2, tier_version = 77, reached_on = '1999-01-01', window_start = '1999-01-01', due_date = '1999-02-02',
    anchor = '1999-01-03', window_number = 9, window_months = 7, opening = 5, base = 123456789, lifetime = -1,
    booked_through = NULL, sync_sequence = 0, program_version = 0, checkpoint_count = 50, adjustment_count = 50,
    decision_count = 50, lane = (lane + 5) % 12
  WHERE client_id = $1`;

async function without(clientId: ClientId): Promise<void> {
  await admin.query('SET session_replication_role = replica');
  await admin.query('DELETE FROM tier_evaluation.standing WHERE client_id = $1', [clientId]);
  await admin.query('SET session_replication_role = origin');
}

/** A review that came late, after a key was parked, has moved the date without leaving it anywhere. */
function withoutLateDates(rows: readonly Row[], rebuilt: readonly Row[]): Row[] {
  return rows.map((row, index) => {
    const date = rebuilt[index]?.['booked_through'] as string | null;
    const isEarlier = date !== null && date < (row['booked_through'] as string);
    return isEarlier ? { ...row, booked_through: date } : row;
  });
}

describe(`a rebuild of random histories, seeded with ${SEED}`, () => {
  it.each(PLAYED)('%i: finds, and makes, every standing as it was', async (index, kind) => {
    const [history] = fc.sample(clientHistory(kind, CREATORS), { numRuns: 1, seed: SEED + index });
    if (history === undefined) throw new Error('one history is drawn');
    await playOnPostgres(service, history, timelineOf(history));
    const { rows } = await admin.query<{ client_id: ClientId }>(
      'SELECT client_id FROM tier_evaluation.client_program EXCEPT SELECT client_id FROM tier_evaluation.reconciliation_run',
    );
    const clientId = rows[0]?.client_id as ClientId;
    const before = await standings(clientId);
    expect(before.length).toBeGreaterThan(CREATORS / 2);
    expect(await reconciliation.reconcile(clientId)).toEqual([]);
    expect(await reconciliation.rebuild(clientId)).toBe(0);

    await admin.query(GARBLE, [clientId]);
    expect((await reconciliation.reconcile(clientId)).length).toBeGreaterThan(before.length);
    expect(await reconciliation.rebuild(clientId)).toBe(before.length);
    const rebuilt = await standings(clientId);
    expect(rebuilt).toEqual(withoutLateDates(before, rebuilt));
    expect(await reconciliation.reconcile(clientId)).toEqual([]);

    await without(clientId);
    expect(await reconciliation.rebuild(clientId)).toBeGreaterThan(0);
    const made = (await standings(clientId)).map((row) => ({ ...row, onboarded_on: null, reached_on: null }));
    expect(made).toEqual(rebuilt.map((row) => ({ ...row, onboarded_on: null, reached_on: null })));
    expect(await reconciliation.rebuild(clientId)).toBe(0);
  });
});

describe('a rebuild while syncs go on', () => {
  it('takes nothing away and leaves nothing wrong, and no run sees a difference', async () => {
    const client = new ClientUnderTest(service);
    await client.publish(aProgram({ checkpointMonths: 1 }));
    const creators = Array.from({ length: 60 }, aCreatorId);
    let going = true;
    const syncs = async () => {
      for (let day = 1; day <= 28; day += 1) {
        const sales = new Map(creators.map((creator, index) => [creator, BigInt((index * day) % 400) - 50n]));
        const { events, completed } = client.salesOf(dayOf(day), sales);
        for (let at = 0; at < events.length; at += 20) await client.apply(events.slice(at, at + 20));
        await client.complete(completed);
        await client.reach();
        if (day % 5 === 0) await client.adjust(creators[day % 60]!, { units: day });
      }
      going = false;
    };
    const runs = async () => {
      const seen: unknown[] = [];
      while (going) {
        seen.push(...(await reconciliation.reconcile(client.clientId)));
        expect(await reconciliation.rebuild(client.clientId)).toBe(0);
      }
      return seen;
    };
    const [, seen] = await Promise.all([syncs(), runs()]);
    expect(seen).toEqual([]);
    expect(await reconciliation.findings(client.clientId, 'all')).toEqual([]);
  });

  it('writes what it has changed, and by whom', async () => {
    const client = new ClientUnderTest(service);
    await client.publish();
    const creator = aCreatorId();
    await client.sync('2025-01-10', new Map([[creator, 1_200n]]));
    await admin.query('UPDATE tier_evaluation.standing SET lifetime = 7, tier = 3 WHERE creator_id = $1', [creator]);
    await reconciliation.rebuild(client.clientId);
    const { rows } = await admin.query(
      'SELECT creator_id, changes, rebuilt_by FROM tier_evaluation.standing_rebuild WHERE client_id = $1',
      [client.clientId],
    );
    const changes = { lifetime: { before: '7', after: '1200' }, tier: { before: '3', after: '2' } };
    expect(rows).toEqual([{ creator_id: creator, changes, rebuilt_by: 'a test' }]);
  });
});

/** A sync every other day. */
function dayOf(step: number): string {
  return new Date(Date.UTC(2025, 0, 2 * step)).toISOString().slice(0, 10);
}
