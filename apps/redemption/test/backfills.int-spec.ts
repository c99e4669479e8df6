import { randomUUID } from 'node:crypto';
import type { BackfillId, CreatorId } from '#libs/kernel';
import { sql, type TenantTransaction } from '#libs/persistence';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { BackfillControl } from '../src/domain/backfill/backfill-state.ts';
import { AnnounceBackfill } from '../src/use-cases/announce-backfill.ts';
import { ApplyMissionGrants } from '../src/use-cases/apply-mission-grants.ts';
import { CarryOnBackfill } from '../src/use-cases/carry-on-backfill.ts';
import { ControlBackfill } from '../src/use-cases/control-backfill.ts';
import { GiveUpBackfill } from '../src/use-cases/give-up-backfill.ts';
import { RunBackfillChunk } from '../src/use-cases/run-backfill-chunk.ts';
import { StepBackfill } from '../src/use-cases/step-backfill.ts';
import { GIFT_CARD, openRedemptionWorld, type ClientWorld, type RedemptionWorld } from './redemption-world.ts';

let world: RedemptionWorld;
beforeAll(async () => {
  world = await openRedemptionWorld();
});
afterAll(() => world.testDatabase.drop());

const control = (client: ClientWorld, id: BackfillId, command: BackfillControl) =>
  client.inTenant((tx) => world.get(ControlBackfill).execute(id, command, tx));

/** A client with creators in tier 2, and a reward for them whose enabling is planned. */
async function planned(creators: number) {
  const client = await world.client();
  const members = await client.onboard(creators);
  await client.moveTo(...members.map((creatorId) => [creatorId, 2] as const));
  const reward = await client.reward({ ...GIFT_CARD, frequency: 'one_time' });
  await client.switchTo(reward.id, true);
  const [job] = await client.backfills();
  if (job === undefined) throw new Error('enabling plans a job');
  return { client, members, reward, id: job.id };
}

/** The job is cut into slices, and one chunk is done. */
async function begunAndMet(client: ClientWorld, creators: number): Promise<void> {
  expect(await client.carryOn()).toBe(true);
  expect(await client.carryOn(creators)).toBe(true);
}

interface Told {
  readonly type: string;
  readonly subject: string;
  readonly aggregateversion: number;
  readonly data: { status: string; created: string[]; slice: number; percent: number };
}

/** Events of a client's jobs of one type, in order. */
async function told(client: ClientWorld, type: string): Promise<Told[]> {
  const rows = await client.inTenant((tx) =>
    tx.many<{ value: string }>(sql`
      SELECT value FROM redemption.outbox
      WHERE topic = 'laurel.backfill' AND value::jsonb ->> 'clientid' = ${client.clientId} ORDER BY xid, id`),
  );
  return rows.map(({ value }) => JSON.parse(value) as Told).filter((event) => event.type === type);
}

describe('a job', () => {
  it('goes through a tier in chunks, one event each, and ends with a balanced certificate', async () => {
    const { client, id } = await planned(20);
    const log = jest.spyOn(Logger.prototype, 'log');
    await client.finishBackfills();
    const job = await client.backfill(id);
    const [, certificate] = log.mock.calls.find(([of]) => (of as { backfillId?: string }).backfillId === id) ?? [];
    expect(certificate).toMatch(
      new RegExp(`^certificate .*"created":20,.*"missing":0,"stale":0,"digest":"${job?.digest}",.*"rowsPerSecond":`),
    );
    log.mockRestore();
    expect(job).toMatchObject({
      status: 'done',
      expected: 20,
      missing: 0,
      stale: 0,
      totals: { eligible: 20, created: 20, broughtBack: 0, alreadyOpen: 0, hidden: 0 },
    });
    const chunks = await told(client, 'laurel.backfill.rows-changed.v1');
    expect(chunks.map((event) => [event.subject, event.aggregateversion, event.data.created.length])).toEqual([
      [`${id}/0`, 1, 7],
      [`${id}/0`, 2, 7],
      [`${id}/0`, 3, 6],
    ]);
    const events = await told(client, 'laurel.backfill.progressed.v1');
    expect(events.map(({ data, aggregateversion }) => [aggregateversion, data.status, data.percent])).toEqual([
      [1, 'planned', 0],
      [2, 'running', 35],
      [3, 'verifying', 99.9],
      [4, 'done', 100],
    ]);
    const ids = new Set(chunks.flatMap((event) => event.data.created));
    expect(ids).toEqual(new Set((await client.rows()).map((row) => row.id)));
  });

  it('run again creates nothing', async () => {
    const { client, reward } = await planned(10);
    await client.finishBackfills();
    await client.switchTo(reward.id, true);
    await client.finishBackfills();
    const [again] = await client.backfills();
    expect(again).toMatchObject({
      status: 'done',
      totals: { eligible: 10, created: 0, broughtBack: 0, alreadyOpen: 10 },
    });
  });

  it('counts whom it excludes by reason, and what it hides', async () => {
    const { client, members, reward } = await planned(9);
    await client.finishBackfills();
    const creatorId = members[0] as CreatorId;
    await client.claim(await client.openRow({ creatorId, rewardId: reward.id }));
    await client.switchTo(reward.id, false);
    await client.finishBackfills();
    expect((await client.backfills())[0]).toMatchObject({
      kind: 'disable',
      totals: { eligible: 9, hidden: 8, excluded: { reward_disabled: 9, right_used_up: 0 } },
    });
    await client.switchTo(reward.id, true);
    await client.finishBackfills();
    expect((await client.backfills())[0]).toMatchObject({
      totals: { eligible: 9, broughtBack: 8, created: 0, excluded: { reward_disabled: 0, right_used_up: 1 } },
    });
  });

  it('pauses between chunks and goes on where it was', async () => {
    const { client, id } = await planned(20);
    await begunAndMet(client, 7);
    await control(client, id, 'pause');
    expect(await client.carryOn()).toBe(false);
    expect(await client.rows()).toHaveLength(7);
    await control(client, id, 'resume');
    await client.finishBackfills();
    expect(await client.backfill(id)).toMatchObject({ status: 'done', totals: { eligible: 20, created: 20 } });
  });

  it('cancelled, undoes the enabling: the reward is disabled and its rows are hidden', async () => {
    const { client, reward, id } = await planned(20);
    await begunAndMet(client, 7);
    expect(await control(client, id, 'cancel')).toMatchObject({ status: 'cancelled' });
    await client.finishBackfills();
    const rows = await client.rows({ rewardId: reward.id });
    expect(rows.map((row) => row.hiddenReason)).toEqual(Array(7).fill('reward_disabled'));
    expect(await client.eagerRuleFaults()).toEqual([]);
    await expect(control(client, id, 'resume')).rejects.toMatchObject({ code: 'backfill.illegal_state' });
  });

  it('gives way to a new one of its reward, which takes over', async () => {
    const { client, reward, id } = await planned(20);
    await begunAndMet(client, 7);
    await client.switchTo(reward.id, false);
    expect(await client.backfill(id)).toMatchObject({ status: 'cancelled' });
    await client.switchTo(reward.id, true);
    await client.finishBackfills();
    expect((await client.backfills()).map(({ kind, status }) => [kind, status])).toEqual([
      ['enable', 'done'],
      ['disable', 'cancelled'],
      ['enable', 'cancelled'],
    ]);
    expect(await client.eagerRuleFaults()).toEqual([]);
  });

  it('asked for twice is one job', async () => {
    const { client, reward, id } = await planned(5);
    await client.switchTo(reward.id, true);
    expect((await client.backfills()).map((job) => job.id)).toEqual([id]);
  });

  it.each([
    ['is hidden', sql`UPDATE redemption.redemption SET hidden_reason = 'reward_disabled'`, { missing: 1, stale: 0 }],
    ['is gone', sql`DELETE FROM redemption.redemption`, { missing: 1, stale: 0 }],
    ['belongs to another tier', sql`UPDATE redemption.creator_tier SET tier = 3`, { missing: 0, stale: 1 }],
  ])('fails, and names the creator, when at the end a row %s', async (_, plant, found) => {
    const { client, members, id } = await planned(5);
    while ((await client.backfill(id))?.status !== 'verifying') await client.carryOn();
    const creatorId = members[2] as CreatorId;
    await world.testDatabase.asAdmin((tx) =>
      tx.execute(sql`${plant} WHERE client_id = ${client.clientId} AND creator_id = ${creatorId}`),
    );
    await client.finishBackfills();
    const job = await client.backfill(id);
    expect(job).toMatchObject({ status: 'failed', ...found, faultyCreators: [creatorId] });
    expect(job?.failure).toContain(creatorId);
  });

  it('of a mission reward fails when a granted row is still hidden at the end', async () => {
    const client = await world.client();
    const [creatorId] = await client.onboard(1);
    if (creatorId === undefined) throw new Error('one creator is onboarded');
    const reward = await client.enabled({ ...GIFT_CARD, source: 'mission', tier: null, frequency: 'unlimited' });
    const grant = {
      id: randomUUID(),
      missionId: randomUUID(),
      creatorId,
      rewardId: reward.id,
      status: 'granted',
    } as const;
    await client.inLanes([creatorId], (tx) => world.get(ApplyMissionGrants).execute([grant], tx));
    await client.switchTo(reward.id, true);
    const [job] = await client.backfills();
    const id = job?.id as BackfillId;
    while ((await client.backfill(id))?.status !== 'verifying') await client.carryOn();
    await world.testDatabase.asAdmin((tx) =>
      tx.execute(sql`
        UPDATE redemption.redemption SET hidden_reason = 'reward_disabled'
        WHERE client_id = ${client.clientId} AND creator_id = ${creatorId}`),
    );
    await client.finishBackfills();
    expect(await client.backfill(id)).toMatchObject({ status: 'failed', missing: 1, faultyCreators: [creatorId] });
  });

  it('that mends a failed enabling undoes the enabling when it is cancelled', async () => {
    const { client, reward, id } = await planned(20);
    await begunAndMet(client, 7);
    for (let tries = 0; tries < 10; tries += 1) {
      await client.inTenant((tx) => world.get(GiveUpBackfill).execute(id, 'planted', tx));
    }
    expect(await client.backfill(id)).toMatchObject({ status: 'failed' });
    await client.switchTo(reward.id, true);
    const [mending] = await client.backfills();
    await control(client, mending?.id as BackfillId, 'cancel');
    await client.finishBackfills();
    expect((await client.rows({ rewardId: reward.id })).map((row) => row.hiddenReason)).toEqual(
      Array(7).fill('reward_disabled'),
    );
    expect(await client.eagerRuleFaults()).toEqual([]);
  });

  it('goes on in smaller chunks, however long the database is too slow for them', async () => {
    const { client, id } = await planned(20);
    const sizes: number[] = [];
    let isSlow = true;
    const slowAtFirst = {
      execute: async (of: { id: BackfillId; creatorsPerChunk: number }, tx: TenantTransaction) => {
        sizes.push(of.creatorsPerChunk);
        if (isSlow) {
          await tx.execute(sql`SET LOCAL statement_timeout = 1`);
          await tx.execute(sql`SELECT pg_sleep(5)`);
        }
        return world.get(RunBackfillChunk).execute(of, tx);
      },
    } as RunBackfillChunk;
    const carryOn = new CarryOnBackfill(
      world.database,
      slowAtFirst,
      world.get(StepBackfill),
      world.get(AnnounceBackfill),
      world.get(GiveUpBackfill),
    );
    const job = { id, clientId: client.clientId, creatorsPerChunk: 400 };
    for (let tries = 0; tries < 20; tries += 1) expect(await carryOn.execute(job)).toBe(false);
    isSlow = false;
    while (await carryOn.execute(job));
    expect(sizes.slice(0, 4)).toEqual([400, 200, 100, 50]);
    expect(Math.min(...sizes)).toBe(50);
    expect(await client.backfill(id)).toMatchObject({ status: 'done', totals: { created: 20 } });
  });

  it('is shared by two workers without a row twice', async () => {
    const { client, id } = await planned(60);
    await Promise.all([client.finishBackfills(), client.finishBackfills(), client.finishBackfills()]);
    await client.finishBackfills();
    expect(await client.backfill(id)).toMatchObject({ status: 'done', totals: { eligible: 60, created: 60 } });
  });
});
