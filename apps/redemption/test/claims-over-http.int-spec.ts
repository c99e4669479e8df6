import { connect } from 'node:net';
import type { CreatorId } from '#libs/kernel';
import { sql } from '#libs/persistence';
import { eventually, programmeDateAdvanced, syncApplied } from '#libs/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { faultsOf, HttpWorld, type Json } from './http-world.ts';
import { BOOST, DISCOUNT, SPARK_ADS, type ClientWorld } from './redemption-world.ts';

let http: HttpWorld;
let client: ClientWorld;
let admin: string;

beforeAll(async () => {
  http = await HttpWorld.open();
});
beforeEach(async () => {
  client = await http.world.client();
  admin = await http.admin(client);
});
afterAll(() => http.close());

/** A creator of tier 2 with an open row. */
async function aCreatorWith(given: Parameters<ClientWorld['reward']>[0]) {
  const reward = await client.enabled(given);
  const [creatorId] = (await client.onboard(1)) as [CreatorId];
  await client.moveTo([creatorId, 2]);
  const { id } = await client.openRow({ creatorId, rewardId: reward.id });
  return { reward, creatorId, id, token: await http.creator(client, creatorId), claim: `/redemptions/${id}/claim` };
}

describe('a claim that its type does not take is 422 with pointer and code', () => {
  it.each<[string, Parameters<ClientWorld['reward']>[0], Json, string]>([
    ['a boost without a date', BOOST, {}, '/scheduledDate required'],
    ['a boost today', BOOST, { scheduledDate: '2026-03-25' }, '/scheduledDate redemption.date_out_of_range'],
    ['a boost in 8 days', BOOST, { scheduledDate: '2026-04-02' }, '/scheduledDate redemption.date_out_of_range'],
    ['a boost on no day', BOOST, { scheduledDate: '2026-02-30' }, '/scheduledDate date'],
    ['a boost some time', BOOST, { scheduledDate: 'soon' }, '/scheduledDate matches'],
    ['a discount without a time', DISCOUNT, {}, '/scheduledAt required'],
    [
      'a discount at 16:00',
      DISCOUNT,
      { scheduledAt: '2026-03-25T20:00:00Z' },
      '/scheduledAt redemption.date_out_of_range',
    ],
    [
      'a discount on Saturday',
      DISCOUNT,
      { scheduledAt: '2026-03-28T15:00:00Z' },
      '/scheduledAt redemption.date_out_of_range',
    ],
    [
      'a discount in 31 days',
      DISCOUNT,
      { scheduledAt: '2026-04-27T15:00:00Z' },
      '/scheduledAt redemption.date_out_of_range',
    ],
    ['a time of no zone', DISCOUNT, { scheduledAt: '2026-03-26T10:00:00' }, '/scheduledAt matches'],
    ['a time of no day', DISCOUNT, { scheduledAt: '2026-02-30T10:00:00Z' }, '/scheduledAt date'],
    ['a week as a time', DISCOUNT, { scheduledAt: '2026-W13-4T10:00:00Z' }, '/scheduledAt matches'],
  ])('%s', async (_, given, body, fault) => {
    const { claim, token, id } = await aCreatorWith(given);
    const refused = await http.send('POST', claim, token, { body });
    expect([refused.status, ...faultsOf(refused)]).toEqual([422, fault]);
    expect((await http.send('GET', `/redemptions/${id}`, token)).body).toMatchObject({
      status: 'claimable',
      claimedAt: null,
    });
  });

  it('what the server decides is not taken from the request', async () => {
    const { claim, token } = await aCreatorWith(BOOST);
    const body = { scheduledDate: '2026-03-26', rateBps: 10_000, durationDays: 900, tierAtClaim: 4, value: {} };
    expect(await http.send('POST', claim, token, { body })).toMatchObject({
      status: 200,
      body: { value: BOOST.value, tierAtClaim: 2, scheduledDate: '2026-03-26' },
    });
  });
});

describe('what a creator sees', () => {
  it('is its own, never what is hidden, and what it has claimed for good', async () => {
    const { reward, creatorId, id, token, claim } = await aCreatorWith(SPARK_ADS);
    const [other] = (await client.onboard(1)) as [CreatorId];
    await client.moveTo([other, 2]);
    const stranger = await http.creator(client, other);
    const list = async (query = '') =>
      ((await http.send('GET', `/redemptions${query}`, token)).body['data'] as Json[]).map((row) => row['id']);
    expect(await http.send('GET', `/redemptions/${id}`, stranger)).toMatchObject({ status: 404 });
    expect(await http.send('POST', claim, stranger)).toMatchObject({ status: 404 });
    await client.moveTo([creatorId, 3]);
    expect(await http.send('GET', `/redemptions/${id}`, token)).toMatchObject({ status: 404 });
    for (const query of ['', '?hidden=true', '?status=claimable', `?rewardId=${reward.id}`]) {
      expect(await list(query)).toEqual([]);
    }
    await client.moveTo([creatorId, 2]);
    expect(await list()).toEqual([id]);
    expect(await http.send('POST', claim, token)).toMatchObject({ status: 200 });
    await client.switchTo(reward.id, false);
    await client.finishBackfills();
    await client.moveTo([creatorId, 1]);
    expect(await list()).toEqual([id]);
    expect(await http.send('GET', `/redemptions/${id}`, token)).toMatchObject({
      status: 200,
      body: { status: 'claimed' },
    });
    await http.send('POST', `/redemptions/${id}/conclude`, admin);
    expect(await list('?status=concluded')).toEqual([id]);
    expect(await http.send('GET', `/redemptions/${id}`, stranger)).toMatchObject({ status: 404 });
  });
});

describe('a claim right after a sync was applied', () => {
  const april8 = { businessDate: '2026-04-08', syncSequence: 2 };

  async function finished(...services: readonly ('tier-evaluation' | 'commission-boost')[]): Promise<void> {
    const { clientId } = client;
    await http.topics.publish(services.map((service) => syncApplied({ clientId, ...april8, service })));
    await eventually(async () => {
      const { heard } = await client.inTenant((tx) =>
        tx.one<{ heard: number }>(sql`
          SELECT count(*)::int AS heard FROM redemption.finished_sync WHERE service = ANY(${services}::text[])`),
      );
      return heard === services.length;
    });
  }

  it('waits for the programme date that is on its way, and goes by it', async () => {
    const { claim, token } = await aCreatorWith(BOOST);
    await finished('tier-evaluation', 'commission-boost');
    let answered = false;
    const claimed = http.send('POST', claim, token, { body: { scheduledDate: '2026-04-09' } }).finally(() => {
      answered = true;
    });
    for (let others = 0; others < 10; others++) await http.send('GET', '/redemptions', token);
    expect(answered).toBe(false);
    await http.topics.publish([programmeDateAdvanced({ clientId: client.clientId, programmeDate: '2026-04-08' })]);
    expect(await claimed).toMatchObject({ status: 200, body: { claimedOn: '2026-04-08' } });
  });

  it('waits for nothing while one service still works, and for no word that is older than 5 s', async () => {
    const { claim, token } = await aCreatorWith(BOOST);
    const refusedAtOnce = async () => {
      const began = performance.now();
      const tooFar = { body: { scheduledDate: '2026-04-09' } };
      expect(await http.send('POST', claim, token, tooFar)).toMatchObject({ status: 422 });
      expect(performance.now() - began).toBeLessThan(4_500);
    };
    await finished('tier-evaluation');
    await refusedAtOnce();
    await finished('commission-boost');
    await client.inTenant((tx) =>
      tx.execute(sql`UPDATE redemption.finished_sync SET heard_at = heard_at - interval '5 s'`),
    );
    await refusedAtOnce();
  });
});

async function claimsMade(): Promise<{ claims: number; told: number }> {
  return client.inTenant((tx) =>
    tx.one<{ claims: number; told: number }>(sql`
      SELECT (SELECT count(*)::int FROM redemption.claim) AS claims,
             (SELECT count(*)::int FROM redemption.outbox
              WHERE topic = 'laurel.redemption' AND key LIKE ${`${client.clientId}:%`}) AS told`),
  );
}

/** Keeps the creator's row of its tier locked, so that a claim gets as far as that, until `work` is through. */
async function whileClaimsWait<T>(
  creatorId: CreatorId,
  work: (waiting: () => Promise<unknown>) => Promise<T>,
): Promise<T> {
  return client.inTenant(async (tx) => {
    await tx.execute(sql`SELECT FROM redemption.creator_tier WHERE creator_id = ${creatorId} FOR UPDATE`);
    return work(() =>
      eventually(
        () =>
          http.world.database.inTransaction(async (other) => {
            const { sessions } = await other.one<{ sessions: number }>(sql`
              SELECT count(*)::int AS sessions FROM pg_stat_activity
              WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%creator_tier%'`);
            return sessions > 0;
          }),
        { describe: 'a claim to wait' },
      ),
    );
  });
}

describe('an idempotency key', () => {
  it('in flight twice: the second is told so, and later has the answer of the first', async () => {
    const { claim, creatorId, token } = await aCreatorWith(SPARK_ADS);
    const first = await whileClaimsWait(creatorId, async (waiting) => {
      const begun = http.send('POST', claim, token, { key: 'one' });
      await waiting();
      const second = await http.send('POST', claim, token, { key: 'one' });
      expect(second).toMatchObject({ status: 409, body: { code: 'idempotency.in_flight' } });
      return { begun };
    });
    const answered = await first.begun;
    expect(answered).toMatchObject({ status: 200, body: { status: 'claimed' } });
    expect(await http.send('POST', claim, token, { key: 'one' })).toEqual(answered);
    expect(await claimsMade()).toEqual({ claims: 1, told: 1 });
  });

  it('with another body, or for another row, is refused', async () => {
    const { claim, creatorId, token, reward } = await aCreatorWith({ ...BOOST, frequency: 'unlimited' });
    const body = { scheduledDate: '2026-03-26' };
    expect(await http.send('POST', claim, token, { key: 'one', body })).toMatchObject({ status: 200 });
    const next = await client.openRow({ creatorId, rewardId: reward.id });
    for (const [path, other] of [
      [claim, { scheduledDate: '2026-03-27' }],
      [`/redemptions/${next.id}/claim`, body],
    ] as const) {
      expect(await http.send('POST', path, token, { key: 'one', body: other })).toMatchObject({
        status: 422,
        body: { code: 'idempotency.key_reused' },
      });
    }
    expect(await claimsMade()).toEqual({ claims: 1, told: 1 });
  });

  it('after a crash before the commit claims as if for the first time', async () => {
    const { claim, creatorId, token } = await aCreatorWith(SPARK_ADS);
    await whileClaimsWait(creatorId, async (waiting) => {
      const lost = expect(http.send('POST', claim, token, { key: 'one' })).rejects.toThrow();
      await waiting();
      await http.killAndRestart(() => lost);
    });
    const answered = await eventually(async () => {
      const tried = await http.send('POST', claim, token, { key: 'one' });
      // Postgres may need a moment to notice that the first caller is gone.
      return tried.body['code'] !== 'idempotency.in_flight' && tried;
    });
    expect(answered).toMatchObject({ status: 200, body: { status: 'claimed' } });
    expect(await claimsMade()).toEqual({ claims: 1, told: 1 });
  });

  it('after a crash between commit and answer has the answer that nobody has read', async () => {
    const { claim, id, token } = await aCreatorWith(SPARK_ADS);
    const { hostname, port } = new URL(http.url);
    const unread = connect(Number(port), hostname).on('error', () => unread.destroy());
    unread.pause();
    unread.write(
      `POST /v1${claim} HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: Bearer ${token}\r\n` +
        'idempotency-key: one\r\ncontent-length: 0\r\n\r\n',
    );
    await eventually(async () => (await claimsMade()).claims === 1);
    await http.killAndRestart();
    unread.destroy();
    const again = await http.send('POST', claim, token, { key: 'one' });
    expect(again).toMatchObject({ status: 200, body: { id, status: 'claimed' } });
    expect((await http.send('GET', `/redemptions/${id}`, token)).body).toMatchObject(again.body);
    expect(await http.send('POST', claim, token, { key: 'two' })).toMatchObject({
      body: { code: 'redemption.not_open' },
    });
    expect(await claimsMade()).toEqual({ claims: 1, told: 1 });
  });
});
