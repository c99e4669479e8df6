import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICES, type ServiceName, type StatefulServiceName } from '#libs/contracts';
import { sql } from '#libs/persistence';
import {
  createTestDatabase,
  createTestTopics,
  eventually,
  startService,
  testSigner,
  type RunningService,
  type TestDatabase,
  type TestTopics,
} from '#libs/testing';

const ALL = Object.keys(SERVICES) as ServiceName[];
const STATEFUL = ALL.filter((name): name is StatefulServiceName => name !== 'gateway');
const NOBODY = 'http://127.0.0.1:9';
const upstreams = {
  INGESTION_URL: NOBODY,
  TIER_EVALUATION_URL: NOBODY,
  REDEMPTION_URL: NOBODY,
  COMMISSION_BOOST_URL: NOBODY,
};

let database: TestDatabase;
let topics: TestTopics;

beforeAll(async () => {
  [database, topics] = await Promise.all([createTestDatabase(...STATEFUL), createTestTopics()]);
});
afterAll(async () => {
  await Promise.all([database.drop(), topics.remove()]);
});

const start = (name: ServiceName, env: Record<string, string> = {}): Promise<RunningService> =>
  startService(name, { database, topics, env: { ...(name === 'gateway' ? upstreams : {}), ...env } });

async function get(
  service: RunningService,
  path: string,
  role?: 'operator' | 'admin',
  method = 'GET',
): Promise<{ status: number; text: string }> {
  const token = role && (await testSigner().token({ role, clientId: '00000000-0000-4000-8000-00000000000c' }));
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(`${service.url}${path}`, { method, headers });
  return { status: response.status, text: await response.text() };
}

async function showsItsMessages(service: RunningService): Promise<void> {
  // The broker may still be electing the coordinator of a group that is a second old.
  await eventually(async () => (await get(service, '/metrics')).text.includes('laurel_outbox_pending{'));
  const { status, text } = await get(service, '/ops/status', 'operator');
  expect(status).toBe(200);
  expect(JSON.parse(text)).toMatchObject({
    name: service.name,
    outboxPending: 0,
    oldestUnpublishedSeconds: 0,
    consumers: expect.arrayContaining([
      { group: `${topics.prefix}${service.name}`, topic: expect.any(String), lag: 0 },
    ]),
    parkedKeys: 0,
    counter: expect.any(Number),
    pending: expect.any(Object),
    held: expect.any(Object),
  });
  expect(await get(service, '/ops/parked', 'operator')).toEqual({ status: 200, text: '{"data":[]}' });
  expect((await get(service, '/ops/status', 'admin')).status).toBe(403);
  expect((await get(service, '/ops/status')).status).toBe(401);
}

describe.each(ALL)('a process of %s', (name) => {
  it('serves probes, metrics and the operator, logs JSON of the allow-list, and leaves on SIGTERM in 10 s', async () => {
    const service = await start(name);
    try {
      for (const path of ['/livez', '/readyz']) expect([path, (await get(service, path)).status]).toEqual([path, 200]);
      expect((await get(service, '/metrics')).text).toContain('process_cpu_seconds_total');
      if (name !== 'gateway') await showsItsMessages(service);
      await get(service, '/v1/creators?handle=ann', 'admin');
      const begun = performance.now();
      await service.kill('SIGTERM');
      expect(performance.now() - begun).toBeLessThan(10_000);
      expect(await service.exited).toBe('exit code 0');
      for (const line of service.logs().split('\n')) {
        expect(JSON.parse(line)).toMatchObject({
          service: name,
          level: expect.any(String),
          message: expect.any(String),
        });
      }
      expect(service.logs()).not.toContain('ann');
      expect(service.logs()).toContain('"traceId"');
    } finally {
      await service.stop();
    }
  });

  it('refuses a configuration with all its faults at once', async () => {
    const main = `dist/apps/${name}/src/main.js`;
    const child = spawn(process.execPath, [main], { env: { LOG_LEVEL: 'loud' }, stdio: ['ignore', 'ignore', 'pipe'] });
    let told = '';
    child.stderr.on('data', (chunk: Buffer) => (told += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number];
    expect(code).toBe(1);
    const missing = name === 'gateway' ? Object.keys(upstreams) : ['DATABASE_URL', 'KAFKA_BROKERS'];
    for (const variable of ['LAUREL_JWKS', 'LAUREL_JWT_ISSUER', ...missing]) {
      expect(told).toContain(`${variable}: is not set; expected`);
    }
    expect(told).toContain('LOG_LEVEL: is "loud"; expected one of trace, debug');
  });
});

describe('a process without the role http', () => {
  it('serves probes and metrics, and no route', async () => {
    const service = await start('redemption', { LAUREL_ROLES: 'consumers' });
    try {
      for (const path of ['/livez', '/readyz', '/metrics']) expect((await get(service, path)).status).toBe(200);
      expect((await get(service, '/v1/rewards', 'admin')).status).toBe(404);
    } finally {
      await service.stop();
    }
  });
});

describe('a key that an operator has released', () => {
  it('is pending until its events are replayed; a parked one is not', async () => {
    const { id } = await database.asAdmin((tx) =>
      tx.one<{ id: string }>(sql`
        INSERT INTO redemption.parked_key (consumer, client_id, aggregate_id, nature, reason)
        VALUES ('redemption.nobody', uuidv7(), 'key', 'state', 'a test') RETURNING id`),
    );
    const service = await start('redemption', { LAUREL_ROLES: 'http' });
    const status = async () => JSON.parse((await get(service, '/ops/status', 'operator')).text) as object;
    try {
      expect(await status()).toMatchObject({ parkedKeys: 1, pending: { releasingKeys: 0 } });
      expect((await get(service, `/ops/parked/${id}/release`, 'operator', 'POST')).status).toBe(202);
      expect(await status()).toMatchObject({ parkedKeys: 1, pending: { releasingKeys: 1 } });
    } finally {
      await service.stop();
    }
  });
});
