import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { testSigner } from '#libs/testing';
import { ROUTES } from '../src/routes/route-table.ts';
import { CLIENT, startGateway, type RunningGateway } from './running-gateway.ts';

const ID = '00000000-0000-4000-8000-000000000001';
const ROLES = ['operator', 'admin', 'creator'] as const;

let gateway: RunningGateway;

beforeAll(async () => {
  gateway = await startGateway({ LAUREL_RATE_LIMIT: '100000' });
});
afterAll(() => gateway.stop());
beforeEach(() => {
  for (const upstream of Object.values(gateway.upstreams)) upstream.handle();
});

async function problemOf(
  response: Response,
): Promise<{ status: number; code: string; type: string | null; traceId: string }> {
  const { code, traceId } = (await response.json()) as { code: string; traceId: string };
  return { status: response.status, code, type: response.headers.get('content-type'), traceId };
}

const PROBLEM = 'application/problem+json; charset=utf-8';

describe('the edge', () => {
  it.each(['GET /v1/nothing', 'DELETE /v1/clients', 'GET /nothing', 'GET /v1/%ZZ', 'GET /ops/status'])(
    'has no %s',
    async (target) => {
      expect(await problemOf(await gateway.ask(target))).toMatchObject({
        status: 404,
        code: 'not_found',
        type: PROBLEM,
      });
    },
  );

  it('asks for a token', async () => {
    const response = await gateway.ask('GET /v1/program', { as: null });
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(await problemOf(response)).toMatchObject({ status: 401, code: 'unauthenticated', type: PROBLEM });
  });

  it.each(['Bearer nonsense', 'Basic YTpi', 'Bearer a.b.c'])('refuses %s', async (authorization) => {
    const response = await gateway.ask('GET /v1/program', { as: null, headers: { authorization } });
    expect(await problemOf(response)).toMatchObject({ status: 401, code: 'unauthenticated' });
  });

  it('refuses a token of a client without a client', async () => {
    const authorization = `Bearer ${await testSigner().token({ role: 'admin' })}`;
    expect((await gateway.ask('GET /v1/program', { as: null, headers: { authorization } })).status).toBe(401);
  });

  it('lets nobody in whom the table does not name, at any route', async () => {
    for (const route of ROUTES) {
      for (const role of ROLES.filter((known) => !route.roles.includes(known))) {
        const target = `${route.method} ${route.path.replaceAll(/\{\w+\}/g, ID)}`;
        expect([target, role, (await gateway.ask(target, { as: role })).status]).toEqual([target, role, 403]);
      }
    }
    for (const upstream of Object.values(gateway.upstreams)) expect(upstream.received).toEqual([]);
  });

  it('asks for a key where the table says so', async () => {
    const starred = ROUTES.filter((route) => route.idempotent);
    for (const route of starred) {
      const target = `${route.method} ${route.path.replaceAll(/\{\w+\}/g, ID)}`;
      const as = route.roles[0] ?? null;
      expect(await problemOf(await gateway.ask(target, { as, body: '{}' }))).toMatchObject({
        status: 422,
        code: 'idempotency.key_required',
      });
      expect((await gateway.ask(target, { as, body: '{}', headers: { 'idempotency-key': 'k-1' } })).status).toBe(200);
    }
  });

  it('tells the trace that the caller has sent, or one of its own', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const told = await problemOf(await gateway.ask('GET /v1/nothing', { headers: { traceparent } }));
    expect(told.traceId).toBe('0af7651916cd43dd8448eb211c80319c');
    expect((await problemOf(await gateway.ask('GET /v1/nothing'))).traceId).toMatch(/^[0-9a-f]{32}$/);
  });
});

/** Whether a file is booked is asked of ingestion before its impact is asked for. */
const ASKED_BEFORE = [{ path: '/v1/syncs/{id}/impact', of: 'ingestion', target: `GET /v1/syncs/${ID}` }];

describe('every route', () => {
  it('reaches its owner and nobody else', async () => {
    const forwarded = ROUTES.filter((route) => route.owner !== 'gateway');
    for (const route of forwarded) {
      for (const upstream of Object.values(gateway.upstreams)) upstream.handle();
      const path = `${route.path.replaceAll(/\{\w+\}/g, ID)}?limit=3&handle=%40ann`;
      const headers = { 'idempotency-key': 'k-2' };
      const response = await gateway.ask(`${route.method} ${path}`, { as: route.roles[0] ?? null, headers });
      expect([route.path, response.status]).toEqual([route.path, 200]);
      for (const [name, { received }] of Object.entries(gateway.upstreams)) {
        const before = ASKED_BEFORE.filter((asked) => asked.path === route.path && asked.of === name);
        const owned = name === route.owner ? [`${route.method} ${path}`] : [];
        const expected = [...before.map(({ target }) => target), ...owned];
        expect(received.map(({ method, url }) => `${method} ${url}`)).toEqual(expected);
      }
    }
  });
});

describe('the rate limit', () => {
  it('is a token subject’s own', async () => {
    const limited = await startGateway({ LAUREL_RATE_LIMIT: '3' });
    const other = `Bearer ${await testSigner().token({ role: 'admin', clientId: CLIENT, sub: 'another' })}`;
    try {
      const answers = await Promise.all(Array.from({ length: 12 }, () => limited.ask('GET /v1/program')));
      const refused = answers.filter((response) => response.status === 429);
      expect(refused.length).toBeGreaterThanOrEqual(12 - 2 * 3);
      expect(refused[0]?.headers.get('retry-after')).toBe('1');
      expect(await refused[0]?.json()).toMatchObject({ code: 'rate_limited' });
      const response = await limited.ask('GET /v1/program', { as: null, headers: { authorization: other } });
      expect(response.status).toBe(200);
    } finally {
      await limited.stop();
    }
  });
});

describe('the documents', () => {
  it.each([
    ['/openapi.json', 'application/json', '"openapi":"3.1.0"'],
    ['/asyncapi.json', 'application/json', '"asyncapi": "3.0.0"'],
    ['/docs', 'text/html', 'GET /v1/program'],
    ['/livez', 'application/json', '"status":"ok"'],
    ['/readyz', 'application/json', '"status":"ok"'],
    ['/metrics', 'text/plain', 'laurel_http_request_duration_seconds_bucket'],
  ])('%s is for anybody', async (path, type, content) => {
    const response = await gateway.ask(`GET ${path}`, { as: null });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain(type);
    expect(await response.text()).toContain(content);
  });
});
