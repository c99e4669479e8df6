import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CreatorId } from '#libs/kernel';
import { Watermark } from '#libs/messaging';
import { aCreatorId, eventually } from '#libs/testing';
import { PublishProgram } from '../src/use-cases/publish-program.ts';
import { aProgram, SILVER } from './creator-history.ts';
import { waitingForLocks } from './races/waiting-for-locks.ts';
import { ClientUnderTest, startServiceUnderTest, type ServiceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;
let client: ClientUnderTest;
let creator: CreatorId;

beforeAll(async () => {
  service = await startServiceUnderTest();
});
afterAll(() => service.close());

beforeEach(async () => {
  client = new ClientUnderTest(service);
  await client.publish();
  creator = aCreatorId();
  await client.sync('2025-02-01', new Map([[creator, 700n]]));
});

/** Starts `waiter` while the transaction of `first` is open, and commits that once the waiter waits for its locks. */
async function meanwhile<T>(first: Parameters<ClientUnderTest['inTenant']>[0], waiter: () => Promise<T>): Promise<T> {
  const waited = { end: undefined as Promise<T> | undefined };
  await client.inTenant(async (tx) => {
    await first(tx);
    waited.end = waiter();
    await eventually(async () => (await waitingForLocks(service)) > 0, { describe: 'a transaction that waits' });
  });
  return waited.end as Promise<T>;
}

describe('who has waited for another transaction reads what that has left', () => {
  it('an adjustment that waits while a sync is marked as applied is dated to that sync, not to the day that is left', async () => {
    await client.complete(client.salesOf('2025-02-08', new Map()).completed);
    const watermark = service.get(Watermark);
    const reached = await watermark.advance(client.clientId);
    expect(reached?.sequence).toBe(2);
    const { adjustment } = await meanwhile(
      (tx) => watermark.markApplied(tx, client.clientId, 2),
      () => client.adjust(creator, { units: 1 }),
    );
    expect(adjustment.effectiveOn).toBe('2025-02-08');
  });

  it('sales that wait for a publication are decided under the new version', async () => {
    const { events } = client.salesOf('2025-02-08', new Map([[creator, 1n]]));
    const lowered = aProgram({ thresholds: [0n, 500n, 2_000n, 3_000n] });
    await meanwhile(
      (tx) => service.get(PublishProgram).execute(lowered, 1, tx),
      () => client.apply(events),
    );
    expect((await client.tier(creator))?.standing).toMatchObject({ tier: SILVER, programVersion: 2 });
  });
});
