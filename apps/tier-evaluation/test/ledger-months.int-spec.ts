import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { addMonths, startOfMonth, systemClock, type CalendarDate } from '#libs/kernel';
import { keyOf, lockLanes, RetryLater } from '#libs/messaging';
import { sql } from '#libs/persistence';
import { aCreatorId, explained } from '#libs/testing';
import { LedgerMonthRepository } from '../src/persistence/ledger-month.repository.ts';
import { ProgrammeDateRepository } from '../src/persistence/programme-date.repository.ts';
import { KeepLedgerMonths } from '../src/reconcilers/keep-ledger-months.reconciler.ts';
import { ApplyCreatorSales } from '../src/use-cases/apply-creator-sales.ts';
import { day } from './creator-history.ts';
import { ClientUnderTest, startServiceUnderTest, type ServiceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;
let client: ClientUnderTest;

beforeAll(async () => {
  service = await startServiceUnderTest();
});
afterAll(() => service.close());

beforeEach(async () => {
  client = new ClientUnderTest(service);
  await client.publish();
});

async function months(): Promise<string[]> {
  const rows = await service.testDatabase.asAdmin((tx) =>
    tx.many<{ name: string }>(sql`
      SELECT inhrelid::regclass::text AS name FROM pg_inherits
      WHERE inhparent = 'tier_evaluation.day_entry'::regclass ORDER BY 1`),
  );
  return rows.map(({ name }) => name.slice(-7));
}

/** As the runner hands a batch over: one transaction, which is rolled back when the handler throws. */
function handle(events: ReturnType<ClientUnderTest['salesOf']>['events'], of = client): Promise<void> {
  return of.inTenant(async (tx) => {
    await lockLanes(
      tx,
      events.map((event) => keyOf(of.clientId, event.aggregateId)),
    );
    await service.get(ApplyCreatorSales).execute(events, tx);
  });
}

const monthName = (date: CalendarDate) => startOfMonth(date).slice(0, 7).replace('-', '_');

describe('the months of the day ledger', () => {
  it('are made by the reconciler, ahead of the real date', async () => {
    const today = day(systemClock.now().toISOString().slice(0, 10));
    await service.get(KeepLedgerMonths).runOnce();
    expect(await months()).toEqual([0, 1, 2].map((ahead) => monthName(addMonths(today, ahead))));
  });

  it.each(['2016-02-29', '2031-12-31'])(
    'are never made in a batch, which waits for %s and then is booked whole',
    async (date) => {
      const creator = aCreatorId();
      const { events, completed } = client.salesOf(
        date,
        new Map([[creator, { [`+${date}`]: 700n, '+2015-07-01': 300n }]]),
      );
      const before = await months();
      const statements = await explained(service.database, async () => {
        await expect(handle(events)).rejects.toBeInstanceOf(RetryLater);
        await expect(handle(events)).rejects.toBeInstanceOf(RetryLater);
      });
      expect(statements.filter(({ text }) => /ensure_range_partition|CREATE TABLE/.test(text))).toEqual([]);
      expect(await months()).toEqual(before);
      expect(await client.tier(creator)).toBeUndefined();
      await service.get(KeepLedgerMonths).runOnce();
      expect(await months()).toEqual(
        expect.arrayContaining([0, 1, 2].map((ahead) => monthName(addMonths(day(date), ahead)))),
      );
      const made = await months();
      await handle(events);
      await client.complete(completed);
      await client.reach();
      expect((await client.tier(creator))?.standing).toMatchObject({ lifetime: 1_000n, tier: 2 });
      expect(await months()).toEqual(made);
    },
  );

  it.each(['9999-11-15', '9999-12-31'])('are made for everybody where one client has come to %s', async (date) => {
    const [last, other] = [client, new ClientUnderTest(service)];
    await other.publish();
    const { events } = last.salesOf(date, new Map([[aCreatorId(), 1n]]));
    await expect(handle(events)).rejects.toBeInstanceOf(RetryLater);
    const month = `20${date.slice(5, 7)}-03-01`;
    const ofOther = other.salesOf(month, new Map([[aCreatorId(), 1n]])).events;
    await expect(handle(ofOther, other)).rejects.toBeInstanceOf(RetryLater);
    await service.get(KeepLedgerMonths).runOnce();
    await handle(ofOther, other);
    await handle(events);
    const { database } = service;
    const months = new LedgerMonthRepository(database);
    await new KeepLedgerMonths(database, service.get(ProgrammeDateRepository), months, systemClock).runOnce();
  });

  it('are there ahead of a client’s own dates, so that its next syncs do not wait', async () => {
    const creator = aCreatorId();
    await client.sync('2019-03-31', new Map([[creator, 5n]]));
    for (const date of ['2019-04-30', '2019-06-30', '2019-08-31']) {
      await service.get(KeepLedgerMonths).runOnce();
      const { events, completed } = client.salesOf(date, new Map([[creator, 5n]]));
      await handle(events);
      await client.complete(completed);
      await client.reach();
    }
    expect((await client.tier(creator))?.standing.lifetime).toBe(20n);
  });

  it('are there for an adjustment on the date of a sync that brought nothing', async () => {
    const creator = aCreatorId();
    await client.sync('2022-01-31', new Map([[creator, 5n]]));
    await client.sync('2022-09-01');
    await client.adjust(creator, { units: 7 });
    expect((await client.tier(creator))?.standing).toMatchObject({ lifetime: 12n, bookedThrough: '2022-09-01' });
  });
});
