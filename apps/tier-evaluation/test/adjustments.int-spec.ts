import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { toCalendarDate, type CreatorId } from '#libs/kernel';
import { aCreatorId } from '#libs/testing';
import { ReadDecisions } from '../src/use-cases/read-decisions.ts';
import { SILVER } from './creator-history.ts';
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
});

describe('adjustments', () => {
  it('are refused before the first sync is applied', async () => {
    const { events } = client.salesOf('2025-02-01', new Map([[creator, 700n]]));
    await client.apply(events);
    await expect(client.adjust(creator, { units: 1 })).rejects.toMatchObject({ code: 'programme.not_started' });
  });

  it('are refused for a creator nobody knows', async () => {
    await client.sync('2025-02-01', new Map([[creator, 700n]]));
    await expect(client.adjust(aCreatorId(), { units: 1 })).rejects.toMatchObject({ code: 'not_found' });
  });

  it('promote at once, are numbered, and stand in the ledger with the sync they came after', async () => {
    await client.sync('2025-02-01', new Map([[creator, 700n]]));
    await client.adjust(creator, { units: 100 });
    const { adjustment } = await client.adjust(creator, { units: 200, effectiveDate: toCalendarDate('2025-01-10') });
    expect(adjustment).toMatchObject({ number: 2, value: 200n, effectiveOn: '2025-01-10' });
    expect((await client.tier(creator))?.standing).toMatchObject({ tier: SILVER, adjustmentCount: 2, opening: 800n });
    const [decision] = await service.get(ReadDecisions).execute(client.clientId, creator, 0, 10);
    expect(decision).toMatchObject({
      decidedFor: '2025-02-01',
      value: 1_000n,
      adjustmentsCounted: 2,
      cause: { kind: 'adjustment', adjustmentId: adjustment.id },
    });
    const recorded = (await client.outbox()).filter(({ type }) => type === 'laurel.adjustment.recorded.v1');
    expect(recorded.map(({ aggregateversion, data }) => [aggregateversion, data])).toEqual([
      [1, expect.objectContaining({ value: '100', effectiveDate: '2025-02-01', programVersion: 1 })],
      [2, expect.objectContaining({ value: '200', effectiveDate: '2025-01-10', kind: 'correction' })],
    ]);
  });

  it.each([
    ['2025-01-31', true],
    ['2025-02-01', false],
    ['2025-02-08', false],
    ['2025-02-09', true],
  ])('for %s, with windows open from 2025-02-01 and programme date 2025-02-08: refused %s', async (date, refused) => {
    await client.sync('2025-02-01', new Map([[creator, 1_000n]]));
    await client.sync('2025-02-08');
    const made = client.adjust(creator, { units: 1, effectiveDate: toCalendarDate(date) });
    if (!refused) await expect(made).resolves.toBeDefined();
    else
      await expect(made).rejects.toMatchObject({
        code: 'adjustment.date_out_of_range',
        extra: { allowed: { from: '2025-02-01', to: '2025-02-08' } },
      });
  });

  it('count in the checkpoint of their window', async () => {
    await client.sync('2025-02-01', new Map([[creator, 1_000n]]));
    await client.sync('2025-03-01', new Map([[creator, 500n]]));
    await client.adjust(creator, { units: 299, effectiveDate: toCalendarDate('2025-02-10') });
    await client.adjust(creator, { units: 1, effectiveDate: toCalendarDate('2025-02-10') });
    await client.sync('2025-06-01');
    const told = await service.get(ReadDecisions).execute(client.clientId, creator, 0, 10);
    expect(told.at(-1)).toMatchObject({
      kind: 'checkpoint',
      value: 800n,
      outcome: 'demoted',
      adjustmentsCounted: 2,
    });
  });

  it('racing a sync and its checkpoints end as one of the serial orders', async () => {
    for (let round = 0; round < 8; round += 1) {
      const one = aCreatorId();
      const racing = new ClientUnderTest(service);
      await racing.publish();
      await racing.sync('2025-02-01', new Map([[one, 1_000n]]));
      const { events, completed } = racing.salesOf('2025-06-01', new Map([[one, 400n]]));
      const sync = async () => {
        await racing.apply(events);
        await racing.complete(completed);
        await racing.reach();
      };
      const [adjusted] = await Promise.allSettled([racing.adjust(one, { units: 1_700 }), sync()]);
      await racing.reach();
      const told = await service.get(ReadDecisions).execute(racing.clientId, one, 0, 10);
      const story = told.map(({ decidedFor, tierBefore, tierAfter }) => `${decidedFor} ${tierBefore}->${tierAfter}`);
      expect(adjusted.status).toBe('fulfilled');
      expect([
        // The adjustment first: Gold on its day, which the review of October is yet to see.
        ['2025-02-01 1->2', '2025-02-01 2->3'].join(),
        // The sync first: its review on the due date, then the adjustment on the sync's date.
        ['2025-02-01 1->2', '2025-06-01 2->1', '2025-06-01 1->3'].join(),
      ]).toContain(story.slice(0, story[1]?.startsWith('2025-02-01') ? 2 : 3).join());
    }
  });
});
