import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startGateway, type RunningGateway } from './running-gateway.ts';

const CLIENT = '00000000-0000-4000-8000-00000000000c';

let gateway: RunningGateway;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

const report = (name: string, status = 'done') => ({ name, status, clients: 1, compared: 3, open: {} });
const EMPTY = { data: [], nextCursor: null };

async function ask(target: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await gateway.ask(target, { as: 'operator' });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('/v1/ops/reconcile', () => {
  it('puts the services’ reports side by side, with the first findings', async () => {
    gateway.upstreams.ingestion.serve({
      [`/ops/reconcile?clientId=${CLIENT}`]: report('ingestion'),
      [`/ops/findings?limit=20&clientId=${CLIENT}`]: { data: [{ kind: 'creator_total' }], nextCursor: null },
    });
    gateway.upstreams['tier-evaluation'].serve({
      [`/ops/reconcile?clientId=${CLIENT}`]: report('tier-evaluation'),
      [`/ops/findings?limit=19&clientId=${CLIENT}`]: { data: [{ kind: 'lifetime' }], nextCursor: null },
    });
    for (const name of ['redemption', 'commission-boost'] as const) {
      gateway.upstreams[name].serve({
        [`/ops/reconcile?clientId=${CLIENT}`]: report(name),
        [`/ops/findings?limit=18&clientId=${CLIENT}`]: EMPTY,
      });
    }
    expect(await ask(`POST /v1/ops/reconcile?clientId=${CLIENT}`)).toEqual({
      status: 200,
      body: {
        status: 'done',
        services: ['ingestion', 'tier-evaluation', 'redemption', 'commission-boost'].map((name) => report(name)),
        findings: [
          { kind: 'creator_total', service: 'ingestion' },
          { kind: 'lifetime', service: 'tier-evaluation' },
        ],
      },
    });
  });

  it('is 202 while one of them is not through, and then tells how far they are', async () => {
    const answers = { '/ops/reconcile': report('x', 'running'), '/ops/findings?limit=20': EMPTY };
    gateway.upstreams.ingestion.serve({ ...answers, '/ops/reconcile': report('ingestion') });
    for (const name of ['tier-evaluation', 'redemption', 'commission-boost'] as const)
      gateway.upstreams[name].serve(answers);
    expect(await ask('POST /v1/ops/reconcile')).toMatchObject({ status: 202, body: { status: 'running' } });
    expect(await ask('GET /v1/ops/reconcile')).toMatchObject({ status: 200, body: { status: 'running' } });
  });

  it('hands on what a service refuses, and is 503 while one is away', async () => {
    gateway.upstreams.ingestion.serve({});
    for (const name of ['tier-evaluation', 'redemption', 'commission-boost'] as const)
      gateway.upstreams[name].serve({});
    expect(await ask('POST /v1/ops/reconcile')).toEqual({ status: 404, body: { code: 'not_found' } });
    gateway.upstreams.ingestion.handle((request) => request.socket.destroy());
    expect(await ask('POST /v1/ops/reconcile')).toMatchObject({ status: 503 });
  });
});

describe('/v1/ops/findings', () => {
  it('is one list over the services, page after page', async () => {
    gateway.upstreams.ingestion.serve({
      '/ops/findings?kind=k&limit=2': { data: [{ id: 1 }, { id: 2 }], nextCursor: 'more:of it' },
      '/ops/findings?kind=k&limit=2&cursor=more%3Aof+it': { data: [{ id: 3 }], nextCursor: null },
    });
    gateway.upstreams['tier-evaluation'].serve({
      '/ops/findings?kind=k&limit=1': { data: [{ id: 4 }], nextCursor: 'rest' },
      '/ops/findings?kind=k&limit=2&cursor=rest': { data: [{ id: 5 }], nextCursor: null },
    });
    gateway.upstreams.redemption.serve({
      '/ops/findings?kind=k&limit=1': { data: [], nextCursor: null },
    });
    gateway.upstreams['commission-boost'].serve({
      '/ops/findings?kind=k&limit=1': { data: [{ id: 6 }], nextCursor: null },
    });
    const seen: unknown[] = [];
    let cursor: unknown = null;
    do {
      const next = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor as string)}`;
      const { status, body } = await ask(`GET /v1/ops/findings?kind=k&limit=2${next}`);
      expect(status).toBe(200);
      seen.push((body['data'] as { id: number; service: string }[]).map(({ id, service }) => `${service} ${id}`));
      cursor = body['nextCursor'];
    } while (cursor !== null);
    expect(seen).toEqual([
      ['ingestion 1', 'ingestion 2'],
      ['ingestion 3', 'tier-evaluation 4'],
      ['tier-evaluation 5', 'commission-boost 6'],
    ]);
  });

  it('ends where the last service does, though the page is full', async () => {
    gateway.upstreams.ingestion.serve({ '/ops/findings?limit=1': EMPTY });
    for (const name of ['tier-evaluation', 'redemption'] as const)
      gateway.upstreams[name].serve({ '/ops/findings?limit=1': EMPTY });
    gateway.upstreams['commission-boost'].serve({ '/ops/findings?limit=1': { data: [{}], nextCursor: null } });
    expect((await ask('GET /v1/ops/findings?limit=1')).body['nextCursor']).toBeNull();
  });

  it.each(['gateway', 'nowhere:x', ''])('refuses the cursor %j', async (cursor) => {
    expect((await ask(`GET /v1/ops/findings?cursor=${cursor}`)).status).toBe(422);
  });
});
