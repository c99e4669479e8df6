import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, createTestTopics, startService, type TestDatabase, type TestTopics } from '#libs/testing';

describe('a service of a test', () => {
  let database: TestDatabase;
  let topics: TestTopics;
  beforeAll(async () => {
    [database, topics] = await Promise.all([createTestDatabase('tier-evaluation'), createTestTopics()]);
  });
  afterAll(() => Promise.all([database.drop(), topics.remove()]));

  it('is a process of its own, which can be killed and started again', async () => {
    const first = await startService('tier-evaluation', { database, topics });
    expect((await fetch(`${first.url}/livez`)).status).toBe(200);
    await first.kill('SIGKILL');
    await expect(first.exited).resolves.toBe('SIGKILL');
    const second = await startService('tier-evaluation', { database, topics });
    expect(second.pid).not.toBe(first.pid);
    await second.stop();
    await expect(second.exited).resolves.toBe('exit code 0');
  });

  it('fails the test with its log when it can not start', async () => {
    const broken = startService('gateway', { database, topics, env: { INGESTION_URL: 'nowhere' } });
    await expect(broken).rejects.toThrow(/gateway did not start \(exit code 1\)[^]*INGESTION_URL/);
  });
});
