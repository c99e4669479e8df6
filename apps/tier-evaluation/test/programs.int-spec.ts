import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { aCreatorId } from '#libs/testing';
import { ReadDecisions } from '../src/use-cases/read-decisions.ts';
import { ReportPendingWork } from '../src/use-cases/report-pending-work.ts';
import { TenantRepository } from '../src/persistence/tenant.repository.ts';
import { PromoteUnderNewPrograms } from '../src/reconcilers/promote-under-new-programs.reconciler.ts';
import { aProgram, GOLD, SILVER } from './creator-history.ts';
import { ClientUnderTest, startServiceUnderTest, type ServiceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;
let client: ClientUnderTest;
const lowered = aProgram({ thresholds: [0n, 500n, 1_500n, 3_000n] });

beforeAll(async () => {
  service = await startServiceUnderTest();
});
afterAll(() => service.close());

beforeEach(() => {
  client = new ClientUnderTest(service);
});

describe('a program', () => {
  it('begins with version 1 and goes on only from the version that is known', async () => {
    await expect(client.publish(aProgram(), 1)).rejects.toMatchObject({ code: 'precondition.failed' });
    await client.publish();
    await expect(client.publish()).rejects.toMatchObject({ code: 'precondition.required' });
    await expect(client.publish(lowered, 2)).rejects.toMatchObject({ code: 'precondition.failed' });
    await client.publish(lowered, 1);
    const published = (await client.outbox()).filter(({ type }) => type === 'laurel.program.published.v1');
    expect(
      published.map(({ aggregateversion, data }) => [aggregateversion, (data as { version: number }).version]),
    ).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });

  it('of two first ones at once takes one', async () => {
    const both = await Promise.allSettled([client.publish(), client.publish()]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('keeps what version 1 fixed, and its tiers once a creator has left tier 1', async () => {
    await client.publish();
    await expect(client.publish(aProgram({ mode: 'lifetime' }), 1)).rejects.toMatchObject({
      code: 'program.frozen_field',
    });
    const fewer = aProgram({ tiers: aProgram().tiers.slice(0, 3) });
    await client.publish(fewer, 1);
    await client.publish(aProgram(), 2);
    await client.sync('2025-02-01', new Map([[aCreatorId(), 1_000n]]));
    await expect(client.publish(fewer, 3)).rejects.toMatchObject({ code: 'program.tier_in_use' });
  });

  it('promotes everybody whose P now suffices, dated to the programme date', async () => {
    await client.publish();
    const creators = Array.from({ length: 40 }, aCreatorId);
    await client.sync('2025-02-15', new Map(creators.map((creator, index) => [creator, BigInt(index * 50)])));
    await service.database.inTransaction((tx) => service.get(TenantRepository).register(tx, [client.clientId]));
    await client.publish(lowered, 1);
    expect(await service.get(ReportPendingWork).pendingWork()).toMatchObject({ unfinishedPublications: 1 });
    while (await service.get(PromoteUnderNewPrograms).runOnce());
    expect(await service.get(ReportPendingWork).pendingWork()).toMatchObject({ unfinishedPublications: 0 });
    for (const [index, creator] of creators.entries()) {
      const tier = (await client.tier(creator))?.standing.tier;
      expect([index, tier]).toEqual([index, index >= 30 ? GOLD : index >= 10 ? SILVER : 1]);
    }
    const [, second] = await service.get(ReadDecisions).execute(client.clientId, creators[35] ?? aCreatorId(), 0, 10);
    expect(second).toMatchObject({
      decidedFor: '2025-02-15',
      programVersion: 2,
      cause: { kind: 'program', version: 2 },
    });
  });
});
