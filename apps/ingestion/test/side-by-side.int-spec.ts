import { eventually, type RunningService } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Gate } from './gate.ts';
import { HttpClient, openHttpWorld, type HttpWorld } from './http-world.ts';
import { csvOf } from './ingestion-world.ts';

const FILE = csvOf({ handle: 'ana', video: 1 });

let world: HttpWorld;

beforeAll(async () => {
  world = await openHttpWorld();
});
afterAll(() => world.close());

/** Holds every client's comparison up, but for those of `free`. */
function holdUp(free?: HttpClient): Promise<Gate> {
  const condition = free === undefined ? 'true' : `NEW.client_id <> '${free.clientId}'`;
  return Gate.close(world.database, { table: 'staged_difference', when: 'BEFORE INSERT', condition });
}

async function uploaded(service: RunningService): Promise<{ client: HttpClient; id: string }> {
  const client = await HttpClient.create(world);
  const { status, body } = await client.upload(service, '2026-01-05', FILE);
  expect(status).toBe(202);
  return { client, id: String(body.id) };
}

/** How often the loop that takes up unfinished syncs has run. */
async function rounds(service: RunningService): Promise<number> {
  const text = await (await fetch(`${service.url}/metrics`)).text();
  const runs = [...text.matchAll(/^laurel_reconciler_runs_total\{[^}]*"ingestion\.drive-syncs"[^}]*\} (\d+)/gm)];
  return runs.reduce((sum, [, count]) => sum + Number(count), 0);
}

describe('syncs of different clients', () => {
  it('go on side by side: one that takes long keeps nobody waiting', async () => {
    const service = await world.start();
    const quick = await HttpClient.create(world);
    const gate = await holdUp(quick);
    const slow = await uploaded(service);
    await gate.reached();
    const { body } = await quick.upload(service, '2026-01-05', FILE);
    await quick.until(service, body.id, 'published');
    expect(await slow.client.syncs()).toMatchObject([{ status: 'staged' }]);
    await gate.open();
    await slow.client.until(service, slow.id, 'published');
    await service.kill('SIGKILL');
  });

  it.each([1, 3])('are worked on as many at a time as LAUREL_INGEST_CONCURRENCY says: %d', async (width) => {
    const service = await world.start({ LAUREL_INGEST_CONCURRENCY: String(width) });
    const gate = await holdUp();
    const syncs = await Promise.all(Array.from({ length: width + 2 }, () => uploaded(service)));
    await eventually(async () => (await gate.waiting()) === width);
    const before = await rounds(service);
    await eventually(async () => (await rounds(service)) >= before + 2);
    expect(await gate.waiting()).toBe(width);
    await gate.open();
    for (const { client, id } of syncs) await client.until(service, id, 'published');
    await service.kill('SIGKILL');
  });
});
