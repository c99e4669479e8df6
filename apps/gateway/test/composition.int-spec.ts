import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { STATEFUL_SERVICES } from '#libs/contracts';
import { CREATOR, startGateway, type RunningGateway } from './running-gateway.ts';

const KEY = '00000000-0000-4000-8000-0000000000aa';

let gateway: RunningGateway;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());
beforeEach(() => {
  for (const name of STATEFUL_SERVICES) gateway.upstreams[name].serve({ '/ops/status': statusOf(name) });
});

function statusOf(name: string, change: object = {}): object {
  const idle = { outboxPending: 0, oldestUnpublishedSeconds: 0, consumers: [], parkedKeys: 0, counter: 7 };
  return { name, ...idle, pending: {}, held: {}, ...change };
}

describe('/v1/me', () => {
  it('puts together what the services show this creator', async () => {
    gateway.upstreams.ingestion.serve({ [`/v1/creators/${CREATOR}`]: { id: CREATOR, handle: 'ann' } });
    gateway.upstreams['tier-evaluation'].serve({ [`/v1/creators/${CREATOR}/tier`]: { tier: 2 } });
    gateway.upstreams.redemption.serve({ '/v1/redemptions?status=claimable&limit=200': { data: [{ id: 'r' }] } });
    gateway.upstreams['commission-boost'].serve({ '/v1/boosts?limit=200': { data: [{ id: 'b' }] } });
    const response = await gateway.ask('GET /v1/me', { as: 'creator' });
    expect(await response.json()).toEqual({
      creator: { id: CREATOR, handle: 'ann' },
      tier: { tier: 2 },
      openRedemptions: [{ id: 'r' }],
      boosts: [{ id: 'b' }],
    });
    for (const name of STATEFUL_SERVICES) {
      expect(gateway.upstreams[name].received[0]?.headers.authorization).toMatch(/^Bearer /);
    }
  });

  it('is 404 for a creator that nobody knows, with nothing for one that is only onboarded', async () => {
    expect((await gateway.ask('GET /v1/me', { as: 'creator' })).status).toBe(404);
    gateway.upstreams.ingestion.serve({ [`/v1/creators/${CREATOR}`]: { id: CREATOR } });
    const response = await gateway.ask('GET /v1/me', { as: 'creator' });
    expect(await response.json()).toEqual({ creator: { id: CREATOR }, tier: null, openRedemptions: [], boosts: [] });
  });

  it('is 503 when a service fails: a part left out would look like nothing there', async () => {
    gateway.upstreams.redemption.handle((_request, response) => response.writeHead(500).end('{}'));
    expect((await gateway.ask('GET /v1/me', { as: 'creator' })).status).toBe(503);
  });
});

describe('handles', () => {
  const OTHER = '00000000-0000-4000-8000-0000000000c2';
  const redemptions = {
    data: [
      { id: 'r1', creatorId: CREATOR },
      { id: 'r2', creatorId: OTHER },
      { id: 'r3', creatorId: CREATOR },
    ],
  };

  beforeEach(() => {
    gateway.upstreams.redemption.serve({ '/v1/redemptions?limit=3': { ...redemptions, nextCursor: 'next' } });
  });

  it('are filled in for an admin', async () => {
    const named = { data: [{ id: CREATOR, handle: 'ann' }], nextCursor: null };
    gateway.upstreams.ingestion.serve({ [`/v1/creators?ids=${CREATOR},${OTHER}`]: named });
    const { data, nextCursor } = (await (await gateway.ask('GET /v1/redemptions?limit=3')).json()) as {
      data: { handle: string | null }[];
      nextCursor: string;
    };
    expect([data.map(({ handle }) => handle), nextCursor]).toEqual([['ann', null, 'ann'], 'next']);
  });

  it('are null while ingestion is away', async () => {
    gateway.upstreams.ingestion.handle((request) => request.socket.destroy());
    const response = await gateway.ask('GET /v1/redemptions?limit=3');
    expect(await response.json()).toMatchObject({ data: [{ handle: null }, { handle: null }, { handle: null }] });
  });

  it('are not asked for in a creator’s own list, nor where the owner refuses', async () => {
    expect(await (await gateway.ask('GET /v1/redemptions?limit=3', { as: 'creator' })).json()).toMatchObject(
      redemptions,
    );
    const refused = await gateway.ask('GET /v1/redemptions?limit=9');
    expect([refused.status, await refused.json()]).toEqual([404, { code: 'not_found' }]);
    expect(gateway.upstreams.ingestion.received).toEqual([]);
  });
});

describe('the handles of a leaderboard and of an impact', () => {
  const named = { [`/v1/creators?ids=${CREATOR}`]: { data: [{ id: CREATOR, handle: 'ann' }], nextCursor: null } };

  beforeEach(() => {
    gateway.upstreams.ingestion.serve(named);
  });

  it('are shown to creators where they compete', async () => {
    const place = { rank: 1, creatorId: CREATOR, value: '9.00' };
    const board = { data: [place], nextCursor: null, asOf: '2026-01-01' };
    gateway.upstreams['tier-evaluation'].serve({ '/v1/leaderboard': board });
    for (const as of ['creator', 'admin'] as const) {
      const response = await gateway.ask('GET /v1/leaderboard', { as });
      expect(await response.json()).toEqual({ ...board, data: [{ ...place, handle: 'ann' }] });
    }
  });

  it('are filled in wherever an answer names a creator', async () => {
    const impact = {
      moved: { up: { creators: 1 } },
      projectedBelow: { creators: 1, first: [{ creatorId: CREATOR, tier: 2 }] },
    };
    gateway.upstreams['tier-evaluation'].serve({ [`/v1/syncs/${KEY}/impact`]: impact });
    const response = await gateway.ask(`GET /v1/syncs/${KEY}/impact`);
    const first = [{ creatorId: CREATOR, tier: 2, handle: 'ann' }];
    expect(await response.json()).toEqual({ ...impact, projectedBelow: { creators: 1, first } });
    expect((await gateway.ask(`GET /v1/syncs/${KEY}/impact`, { as: 'creator' })).status).toBe(403);
  });
});

describe('the impact of a sync', () => {
  const ask = async (status: string) => {
    gateway.upstreams.ingestion.serve({ [`/v1/syncs/${KEY}`]: { id: KEY, status } });
    gateway.upstreams['tier-evaluation'].serve({ [`/v1/syncs/${KEY}/impact`]: { syncId: KEY } });
    return gateway.ask(`GET /v1/syncs/${KEY}/impact`);
  };

  it.each([
    ['held', '1'],
    ['booking', '1'],
    ['failed', null],
    ['discarded', null],
    ['dry_run', null],
  ])('that is %s is not asked for', async (status, retryAfter) => {
    const response = await ask(status);
    expect([response.status, response.headers.get('retry-after')]).toEqual([409, retryAfter]);
    expect(await response.json()).toMatchObject({ code: 'sync.not_applied' });
    expect(gateway.upstreams['tier-evaluation'].received).toEqual([]);
  });

  it.each(['published', 'applied'])('that is %s its owner tells', async (status) => {
    expect(await (await ask(status)).json()).toEqual({ syncId: KEY });
  });
});

describe('/v1/ops/status', () => {
  const ask = async () =>
    (await gateway.ask('GET /v1/ops/status', { as: 'operator' })).json() as Promise<{
      settled: boolean;
      services: { name: string; reachable?: boolean }[];
    }>;

  it('is settled after two quiet rounds over all services', async () => {
    const { settled, services } = await ask();
    expect([settled, services.map(({ name }) => name)]).toEqual([true, STATEFUL_SERVICES]);
    for (const name of STATEFUL_SERVICES) expect(gateway.upstreams[name].received).toHaveLength(2);
  });

  it('is not settled when a counter moves between the rounds', async () => {
    let counter = 7;
    gateway.upstreams.redemption.handle((_request, response) => {
      response.end(JSON.stringify(statusOf('redemption', { counter: counter++ })));
    });
    expect((await ask()).settled).toBe(false);
  });

  it('lists a service that is down, and is not settled', async () => {
    gateway.upstreams.redemption.handle((request) => request.socket.destroy());
    const { settled, services } = await ask();
    expect(settled).toBe(false);
    expect(services.find(({ name }) => name === 'redemption')).toEqual({ name: 'redemption', reachable: false });
  });
});

describe('/v1/ops/parked', () => {
  it('lists the parked keys of all services under ids that tell the service', async () => {
    for (const name of STATEFUL_SERVICES) gateway.upstreams[name].serve({ '/ops/parked': { data: [] } });
    gateway.upstreams.redemption.serve({ '/ops/parked': { data: [{ id: KEY, kind: 'key', reason: 'it failed' }] } });
    const response = await gateway.ask('GET /v1/ops/parked', { as: 'operator' });
    expect(await response.json()).toEqual({
      data: [{ id: `redemption:${KEY}`, service: 'redemption', kind: 'key', reason: 'it failed' }],
      nextCursor: null,
    });
  });

  it.each(['release', 'discard'])('hands a %s to the service of the key', async (action) => {
    gateway.upstreams.redemption.serve({ [`/ops/parked/${KEY}/${action}`]: { id: KEY } });
    const response = await gateway.ask(`POST /v1/ops/parked/redemption:${KEY}/${action}`, { as: 'operator' });
    expect([response.status, await response.json()]).toEqual([200, { id: KEY }]);
  });

  it.each([KEY, `gateway:${KEY}`, 'redemption:', 'redemption:x', `nobody:${KEY}`])('knows no %s', async (id) => {
    expect((await gateway.ask(`POST /v1/ops/parked/${id}/release`, { as: 'operator' })).status).toBe(404);
  });
});
