import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CreatorId } from '#libs/kernel';
import { aCreatorId, frozenClock } from '#libs/testing';
import { Logger } from '@nestjs/common';
import pg from 'pg';
import { NoteDiscardedSales } from '../src/use-cases/note-discarded-sales.ts';
import { aProgram, PLATINUM } from './creator-history.ts';
import { reconciled, type ReconciledService } from './reconciled-service.ts';
import { ClientUnderTest, startServiceUnderTest, type ServiceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;
let process: ReconciledService;
let admin: pg.Client;

beforeAll(async () => {
  service = await startServiceUnderTest();
  process = await reconciled(service);
  admin = new pg.Client({ connectionString: service.testDatabase.adminUrl });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await service.close();
});

interface Played {
  readonly client: ClientUnderTest;
  /** Promoted to Platinum, kept there once, adjusted; its window is open. */
  readonly creator: CreatorId;
}

/** A client with a creator who has been through everything, and one who has only sold. */
async function played(): Promise<Played> {
  const client = new ClientUnderTest(service);
  const [creator, other] = [aCreatorId(), aCreatorId()];
  await client.publish(aProgram({ attribution: 'post_date' }));
  await client.sync('2025-01-10', new Map([[creator, 3_100n], [other, 300n]])); // prettier-ignore
  await client.sync('2025-02-10', new Map([[creator, 2_900n]]));
  await client.adjust(creator, { units: 250 });
  await client.sync('2025-05-12', new Map([[other, -20n]]));
  await client.sync('2025-06-01', new Map([[creator, 70n], [other, 0n]])); // prettier-ignore
  return { client, creator };
}

const STANDING = (set: string) => `UPDATE tier_evaluation.standing SET ${set} WHERE creator_id = $1`;

/** What a superuser's hand can do to one creator, and the finding that must name it. */
const CORRUPTIONS: readonly [kind: string, statement: string][] = [
  ['lifetime', STANDING('lifetime = lifetime + 1')],
  ['base', STANDING('base = base - 1')],
  ['opening', STANDING('opening = opening + 1')],
  ['tier', STANDING('tier = tier - 1')],
  ['tier_version', STANDING('tier_version = tier_version + 1')],
  ['reached_on', STANDING('reached_on = reached_on - 1')],
  ['window', STANDING('due_date = due_date + 1')],
  ['window', STANDING('window_start = window_start + 1')],
  ['window', STANDING('anchor = anchor + 1')],
  ['window', STANDING('window_number = window_number + 1')],
  ['window', STANDING('window_months = window_months + 1')],
  ['booked_through', STANDING('booked_through = booked_through - 1')],
  ['booked_through', STANDING('booked_through = booked_through + 1')],
  ['sync_sequence', STANDING('sync_sequence = sync_sequence - 1')],
  ['program_version', STANDING('program_version = program_version - 1')],
  ['program_version', STANDING('program_version = program_version + 1')],
  ['checkpoint_count', STANDING('checkpoint_count = checkpoint_count + 1')],
  ['adjustment_count', STANDING('adjustment_count = adjustment_count - 1')],
  ['decision_count', STANDING('decision_count = decision_count + 1')],
  ['lane', STANDING('lane = (lane + 1) % 12')],
  ['ingested_total', 'UPDATE tier_evaluation.ingested_total SET lifetime = lifetime + 1 WHERE creator_id = $1'],
  ['adjustment_entries', 'UPDATE tier_evaluation.adjustment SET value = value + 1 WHERE creator_id = $1'],
  ['decision_figures', 'UPDATE tier_evaluation.decision SET value = value + 1 WHERE creator_id = $1 AND number = 2'],
];

describe('a run', () => {
  it('finds nothing wrong with a creator who has been through everything', async () => {
    const { client, creator } = await played();
    expect((await client.tier(creator))?.standing).toMatchObject({
      tier: PLATINUM,
      checkpointCount: 1,
      decisionCount: 2,
    });
    expect(await process.reconcile(client.clientId)).toEqual([]);
  });

  it('finds nothing wrong with creators whose events are behind those of others', async () => {
    const client = new ClientUnderTest(service);
    await client.publish();
    const [here, waiting] = [aCreatorId(), aCreatorId()];
    await client.sync('2025-01-10', new Map([[here, 1_200n], [waiting, 900n]])); // prettier-ignore
    const { events, completed } = client.salesOf('2025-01-11', new Map([[here, 40n], [waiting, 300n]])); // prettier-ignore
    await client.apply(events.filter(({ subject }) => subject === here));
    expect(await process.reconcile(client.clientId)).toEqual([]);
    await client.complete(completed);
    await client.reach();
    expect(await process.reconcile(client.clientId)).toEqual([]);
    await client.apply(events.filter(({ subject }) => subject === waiting));
    expect(await process.reconcile(client.clientId)).toEqual([]);
  });

  it.each(CORRUPTIONS)('names a wrong %s: %s', async (kind, statement) => {
    const { client, creator } = await played();
    const changed = await admin.query(statement, [creator]);
    expect(changed.rowCount).toBe(1);
    const findings = await process.reconcile(client.clientId);
    expect(findings.map((finding) => [finding.kind, finding.subject])).toEqual([
      [kind, { kind: 'creator', id: creator }],
    ]);
    expect(findings[0]?.expected).not.toBe(findings[0]?.found);
  });

  it.each([
    ['before', new Map([['booked', 1_200n]])],
    ['nothing of whom', new Map()],
  ])('names what was discarded of a creator with sales %s', async (_, before) => {
    const client = new ClientUnderTest(service);
    await client.publish();
    const creator = aCreatorId();
    await client.sync('2025-01-10', new Map([...before.values()].map((value) => [creator, value])));
    const { events, completed } = client.salesOf('2025-01-11', new Map([[creator, 40n]]));
    await client.inTenant((tx) => service.get(NoteDiscardedSales).execute(events, tx));
    await client.complete(completed);
    await client.reach();
    const booked = before.get('booked') ?? 0n;
    await process.rebuild(client.clientId);
    expect(await process.reconcile(client.clientId)).toMatchObject([
      { kind: 'ingested_total', expected: String(booked + 40n), found: String(booked) },
    ]);
    await client.sync('2025-01-12', new Map([[creator, 5n]]));
    expect(await process.reconcile(client.clientId)).toMatchObject([
      { kind: 'ingested_total', expected: String(booked + 45n), found: String(booked + 5n) },
    ]);
  });

  it('names a wrong base of a demotion, as the ledger of that time has it', async () => {
    const { client, creator } = await played();
    await client.sync('2025-10-01', new Map([[creator, 5n]]));
    const set = 'UPDATE tier_evaluation.decision SET base = base + 1 WHERE creator_id = $1 AND number = 3';
    await admin.query(set, [creator]);
    const kinds = (await process.reconcile(client.clientId)).map(({ kind }) => kind);
    expect(kinds.toSorted()).toEqual(['base', 'decision_figures']);
  });

  it('names an entry that is gone wherever it is missed', async () => {
    const { client, creator } = await played();
    await admin.query('DELETE FROM tier_evaluation.day_entry WHERE creator_id = $1 AND sync_sequence = 4', [creator]);
    const kinds = (await process.reconcile(client.clientId)).map(({ kind }) => kind);
    expect(kinds.toSorted()).toEqual(['ingested_total', 'lifetime']);
  });

  it('names a creator whose standing is gone', async () => {
    const { client, creator } = await played();
    await admin.query('SET session_replication_role = replica');
    await admin.query('DELETE FROM tier_evaluation.standing WHERE creator_id = $1', [creator]);
    await admin.query('SET session_replication_role = origin');
    expect((await process.reconcile(client.clientId)).map(({ kind }) => kind)).toEqual(['standing_missing']);
  });

  it('is one transaction that can not write', async () => {
    const { client } = await played();
    const tried = service.database.inTenant(client.clientId, async (tx) => {
      await tx.execute({ text: 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY', values: [] });
      await tx.execute({ text: 'UPDATE tier_evaluation.standing SET base = 0', values: [] });
    });
    await expect(tried).rejects.toThrow('read-only transaction');
  });
});

describe('a finding', () => {
  it('is one row however often it is seen, a metric and a log line, and is resolved when it is gone', async () => {
    const lines: unknown[][] = [];
    Logger.overrideLogger({
      log: () => undefined,
      error: () => undefined,
      warn: (...line: unknown[]) => void lines.push(line),
    });
    const { client, creator } = await played();
    await admin.query(STANDING('lifetime = lifetime + 5'), [creator]);
    const [first] = await process.reconcile(client.clientId);
    const again = await process.reconcile(client.clientId);
    Logger.overrideLogger(false);
    expect(again).toEqual([expect.objectContaining({ id: first?.id, firstSeen: first?.firstSeen, resolved: null })]);
    expect(again[0]?.lastSeen.run).toBe((first?.lastSeen.run ?? 0) + 1);
    expect(first).toMatchObject({ kind: 'lifetime', expected: '6320', found: '6325' });
    const ofIt = { clientId: client.clientId, kind: 'lifetime' };
    expect(lines.map(([members]) => members)).toEqual([
      { ...ofIt, count: 1 },
      { ...ofIt, creatorId: creator },
      { ...ofIt, count: 1 },
    ]);
    expect(await openGauge('lifetime')).toBeGreaterThan(0);

    const gaugeBefore = await openGauge('lifetime');
    expect(await process.rebuild(client.clientId)).toBe(1);
    expect(await process.reconcile(client.clientId)).toEqual([]);
    const [gone, ...others] = await process.findings(client.clientId, 'all');
    expect(others).toEqual([]);
    expect(gone).toMatchObject({ id: first?.id, resolved: { run: 3 } });
    expect(await openGauge('lifetime')).toBe(gaugeBefore - 1);
    expect(await process.findings(client.clientId, 'resolved')).toEqual([gone]);
  });

  it('that comes back is a row of its own', async () => {
    const { client, creator } = await played();
    for (const change of ['+ 1', '- 1', '+ 1']) {
      await admin.query(STANDING(`opening = opening ${change}`), [creator]);
      await process.reconcile(client.clientId);
    }
    const all = await process.findings(client.clientId, 'all');
    expect(all.map(({ resolved, firstSeen }) => [firstSeen.run, resolved?.run])).toEqual([[1, 2], [3, undefined]]); // prettier-ignore
  });
});

describe('the night', () => {
  it('is one run of each client, whatever the number of processes, and the next night another', async () => {
    const { client } = await played();
    await admin.query('INSERT INTO tier_evaluation.tenant (client_id) VALUES ($1)', [client.clientId]);
    const clock = frozenClock('2026-03-01T02:59:00Z');
    const processes = await Promise.all([1, 2, 3].map(() => reconciled(service, clock)));
    const runAll = () =>
      Promise.all(
        processes.map(async ({ nightly }) => {
          while (await nightly.runOnce());
        }),
      );
    const nights = async () => {
      const { rows } = await admin.query<{ night: string; status: string }>(
        'SELECT night::text, status FROM tier_evaluation.reconciliation_run WHERE client_id = $1 ORDER BY number',
        [client.clientId],
      );
      return rows.map(({ night, status }) => `${night} ${status}`);
    };
    await runAll();
    await runAll();
    expect(await nights()).toEqual(['2026-02-28 done']);
    clock.set('2026-03-01T03:00:00Z');
    await runAll();
    expect(await nights()).toEqual(['2026-02-28 done', '2026-03-01 done']);
  });
});

async function openGauge(kind: string): Promise<number> {
  const metric = process.metrics.registry.getSingleMetric('laurel_reconciliation_open_findings');
  const values = (await metric?.get())?.values ?? [];
  return values.find(({ labels }) => labels['kind'] === kind)?.value ?? NaN;
}
