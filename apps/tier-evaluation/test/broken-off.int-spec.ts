import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Outbox } from '#libs/messaging';
import type { CreatorId } from '#libs/kernel';
import { aCreatorId } from '#libs/testing';
import { MarkSyncApplied } from '../src/use-cases/mark-sync-applied.ts';
import { PromoteUnderNewProgram } from '../src/use-cases/promote-under-new-program.ts';
import { SaveCreators } from '../src/use-cases/save-creators.ts';
import { aProgram, BRONZE, SILVER } from './creator-history.ts';
import { ClientUnderTest, startServiceUnderTest, type ServiceUnderTest } from './service-under-test.ts';

/** Enough for several lanes. */
const CREATORS = 60;

let service: ServiceUnderTest;
let client: ClientUnderTest;
let creators: readonly CreatorId[];

beforeAll(async () => {
  service = await startServiceUnderTest();
});
afterAll(() => service.close());
afterEach(() => {
  jest.restoreAllMocks();
});

beforeEach(async () => {
  client = new ClientUnderTest(service);
  await client.publish();
  creators = Array.from({ length: CREATORS }, aCreatorId);
  await client.sync('2025-01-15', new Map(creators.map((creator) => [creator, 600n])));
});

async function tiers(): Promise<Map<number, number>> {
  const counted = new Map<number, number>();
  for (const creator of creators) {
    const tier = (await client.tier(creator))?.standing.tier ?? 0;
    counted.set(tier, (counted.get(tier) ?? 0) + 1);
  }
  return counted;
}

/** Lets a method work so many times, then fail once. */
function failAfter<T extends object>(target: T, method: keyof T & string, times: number): void {
  const original = (target[method] as (...args: unknown[]) => Promise<unknown>).bind(target);
  let calls = 0;
  jest
    .spyOn(target as Record<string, (...args: unknown[]) => Promise<unknown>>, method)
    .mockImplementation((...args) => {
      calls += 1;
      return calls === times + 1 ? Promise.reject(new Error('broken off')) : original(...args);
    });
}

const lowered = aProgram({ thresholds: [0n, 500n, 2_000n, 3_000n] });

describe('a flow that is broken off goes on to the same end', () => {
  it.each([0, 1, 5])('a publication, after %i lanes', async (lanes) => {
    await client.publish(lowered, 1);
    failAfter(service.get(SaveCreators), 'execute', lanes);
    const promote = service.get(PromoteUnderNewProgram);
    await expect(promote.execute(client.clientId)).rejects.toThrow('broken off');
    expect((await tiers()).get(SILVER) ?? 0).toBeLessThan(CREATORS);
    expect(await promote.execute(client.clientId)).toBe(true);
    expect(await promote.execute(client.clientId)).toBe(false);
    expect(await tiers()).toEqual(new Map([[SILVER, CREATORS]]));
    const changed = (await client.outbox()).filter(({ type }) => type === 'laurel.tier.changed.v1');
    expect(changed.map(({ aggregateversion }) => aggregateversion)).toEqual(creators.map(() => 1));
  });

  describe('the reviews of a sync', () => {
    beforeEach(async () => {
      await client.publish(lowered, 1);
      await service.get(PromoteUnderNewProgram).execute(client.clientId);
      await client.complete(client.salesOf('2025-06-01', new Map()).completed);
    });

    async function goesOn(): Promise<void> {
      await expect(client.reach()).rejects.toThrow('broken off');
      await client.reach();
      expect(await tiers()).toEqual(new Map([[BRONZE, CREATORS]]));
      const types = (await client.outbox()).map(({ type }) => type);
      expect(types.filter((type) => type === 'laurel.checkpoint.evaluated.v1')).toHaveLength(CREATORS);
      expect(types.filter((type) => type === 'laurel.sync-application.finished.v1')).toHaveLength(2);
    }

    it.each([0, 1, 5])('after %i lanes', async (lanes) => {
      failAfter(service.get(SaveCreators), 'execute', lanes);
      await goesOn();
    });

    it('before it is marked as applied', async () => {
      failAfter(service.get(MarkSyncApplied), 'execute', 0);
      await goesOn();
    });

    it('when it is marked as applied, before the event', async () => {
      const outbox = service.get(Outbox);
      const append = outbox.append.bind(outbox);
      let broken = false;
      jest.spyOn(outbox, 'append').mockImplementation((tx, events) => {
        const application = events.some(({ definition }) => definition.topic === 'laurel.sync-application');
        if (!application || broken) return append(tx, events);
        broken = true;
        return Promise.reject(new Error('broken off'));
      });
      await goesOn();
    });
  });
});
