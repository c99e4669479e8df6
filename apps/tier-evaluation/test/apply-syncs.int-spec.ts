import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from '#libs/persistence';
import { aCreatorId } from '#libs/testing';
import { ReadDecisions } from '../src/use-cases/read-decisions.ts';
import { ReportPendingWork } from '../src/use-cases/report-pending-work.ts';
import { ReviewOverdueCreators } from '../src/use-cases/review-overdue-creators.ts';
import { BRONZE, GOLD, SILVER } from './creator-history.ts';
import { ClientUnderTest, startServiceUnderTest, type ServiceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;
let client: ClientUnderTest;

beforeAll(async () => {
  service = await startServiceUnderTest();
});
afterAll(() => service.close());

const aClient = async (): Promise<ClientUnderTest> => {
  client = new ClientUnderTest(service);
  await client.publish();
  return client;
};

describe('syncs that are reached', () => {
  it('review who is due and had no event, then are said to be applied, once', async () => {
    await aClient();
    const creator = aCreatorId();
    await client.sync('2025-01-15', new Map([[creator, 2_000n]]));
    const due = await client.sync('2025-05-20');
    await client.reach();
    expect((await client.tier(creator))?.standing.tier).toBe(BRONZE);
    const events = await client.outbox();
    const types = events.filter(({ aggregateid }) => aggregateid === creator).map(({ type }) => type);
    expect(types).toEqual(['laurel.tier.changed.v1', 'laurel.checkpoint.evaluated.v1', 'laurel.tier.changed.v1']);
    expect(
      events.filter(({ type }) => type === 'laurel.sync-application.finished.v1').map(({ subject }) => subject),
    ).toHaveLength(2);
    const told = await service.get(ReadDecisions).execute(client.clientId, creator, 0, 10);
    expect(told[1]?.cause).toEqual({ kind: 'sync', syncId: due });
  });

  it('carry the figures, gapless versions and the cause in the events', async () => {
    await aClient();
    const creator = aCreatorId();
    const first = await client.sync('2025-01-15', new Map([[creator, 2_000n]]));
    await client.sync('2025-03-01', new Map([[creator, 900n]]));
    await client.sync('2025-05-15');
    await client.sync('2025-06-01', new Map([[creator, 500n]]));
    const events = (await client.outbox()).filter(({ aggregateid }) => aggregateid === creator);
    expect(events.map(({ type, aggregateversion }) => `${type} ${aggregateversion}`)).toEqual([
      'laurel.tier.changed.v1 1',
      'laurel.checkpoint.evaluated.v1 1',
      'laurel.tier.changed.v1 2',
      'laurel.tier.changed.v1 3',
    ]);
    expect(events[0]?.data).toMatchObject({ tierBefore: 1, tierAfter: GOLD, cause: { kind: 'sync', syncId: first } });
    expect(events[1]?.data).toMatchObject({
      value: '900',
      opening: '2000',
      threshold: '2000',
      outcome: 'demoted',
      tierVersion: 2,
    });
    expect(events[2]?.data).toMatchObject({
      decidedFor: '2025-05-15',
      cause: { kind: 'checkpoint', windowStart: '2025-01-15', dueDate: '2025-05-15' },
    });
    expect(events[3]?.data).toMatchObject({ tierBefore: BRONZE, tierAfter: SILVER, decidedFor: '2025-06-01' });
  });

  it('leave a parked creator alone, who is reviewed when released though no sync is open', async () => {
    await aClient();
    const [parked, other] = [aCreatorId(), aCreatorId()];
    await client.sync('2025-01-15', new Map([parked, other].map((creator) => [creator, 1_000n])));
    await service.database.inTransaction((tx) =>
      tx.execute(sql`
        INSERT INTO tier_evaluation.parked_key (id, consumer, client_id, aggregate_id, nature, reason)
        VALUES (${randomUUID()}, 'tier-evaluation.apply-creator-sales', ${client.clientId}, ${parked}, 'difference', 'a test')`),
    );
    await client.sync('2025-06-01');
    expect((await client.tier(other))?.standing.tier).toBe(BRONZE);
    expect((await client.tier(parked))?.standing.tier).toBe(SILVER);
    expect(await service.get(ReportPendingWork).pendingWork()).toEqual({
      openSyncs: 0,
      dueCheckpoints: 0,
      unfinishedPublications: 0,
    });
    await expect(client.adjust(parked, { amount: undefined, units: 5 })).rejects.toMatchObject({
      code: 'creator.parked',
    });

    await service.database.inTransaction((tx) =>
      tx.execute(sql`DELETE FROM tier_evaluation.parked_key WHERE client_id = ${client.clientId}`),
    );
    expect(await service.get(ReportPendingWork).pendingWork()).toMatchObject({ dueCheckpoints: 1 });
    expect(await service.get(ReviewOverdueCreators).execute()).toBe(1);
    expect((await client.tier(parked))?.standing.tier).toBe(BRONZE);
    expect(await service.get(ReviewOverdueCreators).execute()).toBe(0);
  });

  it('are applied by many processes at once as by one', async () => {
    await aClient();
    const creators = Array.from({ length: 300 }, aCreatorId);
    await client.sync('2025-01-15', new Map(creators.map((creator) => [creator, 1_000n])));
    const { completed } = client.salesOf('2025-06-01', new Map());
    await client.complete(completed);
    await Promise.all(Array.from({ length: 4 }, () => client.reach()));
    const events = await client.outbox();
    expect(events.filter(({ type }) => type === 'laurel.checkpoint.evaluated.v1')).toHaveLength(300);
    expect(
      events.filter(
        ({ type, data }) =>
          type.startsWith('laurel.sync-application') && (data as { syncSequence: number }).syncSequence === 2,
      ),
    ).toHaveLength(1);
  });

  it('book on any date: a month without a partition gets one', async () => {
    await aClient();
    const creator = aCreatorId();
    await client.sync('2016-02-29', new Map([[creator, { '+2014-07-01': 400n }]]));
    await client.sync('2031-12-31', new Map([[creator, 600n]]));
    expect((await client.tier(creator))?.standing).toMatchObject({ tier: SILVER, lifetime: 1_000n, opening: 600n });
  });
});
