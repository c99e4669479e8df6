import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDays, addMonths, type CreatorId } from '#libs/kernel';
import { keyOf, lockLanes, partitionOf } from '#libs/messaging';
import { sql, type TenantTransaction } from '#libs/persistence';
import { aCreatorId, eventually } from '#libs/testing';
import { promotesNobody } from '../src/domain/program/change-program.ts';
import { ProgramBusyError } from '../src/domain/program/program-busy.errors.ts';
import type { Program } from '../src/domain/program/program.ts';
import { LedgerMonthRepository } from '../src/persistence/ledger-month.repository.ts';
import { ApplyCreatorSales } from '../src/use-cases/apply-creator-sales.ts';
import { ChangeBetweenSyncs } from '../src/use-cases/change-between-syncs.ts';
import { PromoteUnderNewProgram } from '../src/use-cases/promote-under-new-program.ts';
import { aProgram, day, SILVER } from './creator-history.ts';
import { ClientUnderTest, startServiceUnderTest, type ServiceUnderTest } from './service-under-test.ts';

type SyncEvents = ReturnType<ClientUnderTest['salesOf']>;

/** Each has batches of its own, as partitions do. */
const GROUPS = 3;
const HIGH = aProgram();
const LOW = aProgram({ thresholds: [0n, 300n, 600n, 900n] });

let service: ServiceUnderTest;

beforeAll(async () => {
  service = await startServiceUnderTest();
  const year = Array.from({ length: 12 }, (_, months) => addMonths(day('2025-01-01'), months));
  await service.get(LedgerMonthRepository).ensure(year);
});
afterAll(() => service.close());

/** A client whose syncs come in batches that are counted with what they book, as the runner counts them. */
class Stream {
  readonly client = new ClientUnderTest(service);
  readonly groups = Array.from({ length: GROUPS }, () => [this.#creator(), this.#creator()]);
  readonly syncs: SyncEvents[] = [];
  version = 1;
  #date = day('2025-02-01');

  /** In another lane than the client itself, for which a publication waits. */
  #creator(): CreatorId {
    const lane = (aggregate: string) => partitionOf(keyOf(this.client.clientId, aggregate));
    for (;;) {
      const creator = aCreatorId();
      if (lane(creator) !== lane(this.client.clientId)) return creator;
    }
  }

  /** Every creator of every group sells something in each sync. */
  announce(value: bigint): SyncEvents {
    this.#date = addDays(this.#date, 7);
    const sync = this.client.salesOf(this.#date, new Map(this.groups.flat().map((creator) => [creator, value])));
    this.syncs.push(sync);
    return sync;
  }

  async deliver(sync: SyncEvents, group: number): Promise<void> {
    await this.client.inTenant((tx) => this.book(tx, sync, group));
  }

  async book(tx: TenantTransaction, sync: SyncEvents, group: number): Promise<void> {
    const creators = this.groups[group] ?? [];
    await lockLanes(
      tx,
      creators.map((creator) => keyOf(tx.clientId, creator)),
    );
    const events = sync.events.filter(({ subject }) => creators.includes(subject as CreatorId));
    await service.get(ApplyCreatorSales).execute(events, tx);
    await tx.execute(sql`
      INSERT INTO tier_evaluation.sync_count (client_id, sequence, partition, seen)
      VALUES (${tx.clientId}, ${sync.completed.data.syncSequence}, ${group}, ${events.length})`);
  }

  complete(sync: SyncEvents): Promise<void> {
    const data = { ...sync.completed.data, creatorSalesEvents: sync.events.length };
    return this.client.complete({ ...sync.completed, data });
  }

  async put(terms: Program, patienceMs = 0): Promise<void> {
    const wanted = { terms, expected: this.version };
    await service.get(ChangeBetweenSyncs).publish(this.client.clientId, wanted, patienceMs);
    this.version += 1;
  }

  carry(): Promise<boolean> {
    return service.get(PromoteUnderNewProgram).execute(this.client.clientId);
  }

  /** The dates of the promotions that each version caused, beside the date of the version. */
  datesOfPromotions(): Promise<{ version: number; published: string; dates: string[]; promotions: number }[]> {
    return this.client.inTenant((tx) =>
      tx.many(sql`
        SELECT p.version, p.published_on::text AS published, array_agg(DISTINCT d.decided_for::text) AS dates,
               count(*)::int AS promotions
        FROM tier_evaluation.decision d JOIN tier_evaluation.program p ON p.version = d.program_version
        WHERE d.cause_kind = 'program' GROUP BY p.version, p.published_on`),
    );
  }
}

async function oneDateEach(stream: Stream): Promise<number> {
  const made = await stream.datesOfPromotions();
  for (const { dates, published } of made) expect(dates).toEqual([published]);
  return made.reduce((sum, { promotions }) => sum + promotions, 0);
}

let stream: Stream;

beforeEach(async () => {
  stream = new Stream();
  await stream.client.publish(HIGH);
});

describe('a publication and a sync', () => {
  it('of which half is consumed: the one waits for the other', async () => {
    const sync = stream.announce(400n);
    await stream.deliver(sync, 0);
    await expect(stream.put(LOW)).rejects.toMatchObject({
      code: 'program.sync_running',
      message: expect.stringContaining(
        'sync 1 is being applied: sales of 2 creators are in, and more may come',
      ) as unknown,
    });
    await stream.complete(sync);
    await expect(stream.put(LOW)).rejects.toThrow(
      'sync 1 of 2025-02-08 is being applied: sales of 2 of 6 creators are in',
    );
    for (const group of [1, 2]) await stream.deliver(sync, group);
    await expect(stream.put(LOW)).rejects.toThrow('all sales are in');
    const waiting = stream.put(LOW, 5_000);
    await stream.client.reach();
    await waiting;
    await stream.carry();
    expect(await stream.datesOfPromotions()).toEqual([
      { version: 2, published: '2025-02-08', dates: ['2025-02-08'], promotions: 6 },
    ]);
  });

  it('of which nothing has come but its end', async () => {
    await stream.complete(stream.announce(400n));
    await expect(stream.put(LOW)).rejects.toThrow('sales of 0 of 6 creators are in');
  });

  it('whose batch is open: nobody waits for the other’s lock, and what the batch books is seen', async () => {
    const sync = stream.announce(400n);
    await stream.client.inTenant(async (tx) => {
      await stream.book(tx, sync, 0);
      await expect(stream.put(LOW)).rejects.toMatchObject({ code: 'program.sync_running' });
    });
    await expect(stream.put(LOW)).rejects.toThrow('sales of 2 creators are in');
  });

  it('of which a part can not be read: says that it stands still and who can help', async () => {
    const sync = stream.announce(400n);
    for (const group of [0, 1]) await stream.deliver(sync, group);
    await stream.complete(sync);
    await expect(stream.put(LOW, 30)).rejects.toThrow('stands still: sales of 2 of 6 creators have not come');
    await service.database.inTransaction((tx) =>
      tx.execute(sql`
        INSERT INTO tier_evaluation.parked_record (topic, partition, kafka_offset, record_key, reason) VALUES
          ('x.laurel.creator-sales', 1, 7, convert_to(${`${stream.client.clientId}:${aCreatorId()}`}, 'UTF8'), 'a test'),
          ('x.laurel.creator-sales', 1, 8, convert_to(${`${aCreatorId()}:${aCreatorId()}`}, 'UTF8'), 'another client’s')`),
    );
    await expect(stream.put(LOW, 30)).rejects.toThrow('1 records of sales could not be read');
  });

  it('that has parked keys: the sync is applied without them, and so is the publication', async () => {
    const [parked = aCreatorId(), other = aCreatorId()] = stream.groups[0] ?? [];
    const sync = stream.announce(400n);
    for (let group = 0; group < GROUPS; group += 1) await stream.deliver(sync, group);
    await stream.complete(sync);
    await stream.client.reach();
    await service.database.inTransaction((tx) =>
      tx.execute(sql`
        INSERT INTO tier_evaluation.parked_key (consumer, client_id, aggregate_id, nature, reason)
        VALUES ('tier-evaluation.apply-creator-sales', ${stream.client.clientId}, ${parked}, 'difference', 'a test')`),
    );
    await stream.put(LOW);
    await stream.carry();
    expect((await stream.client.tier(other))?.standing.tier).toBe(SILVER);
    expect((await stream.client.tier(parked))?.standing.tier).toBe(1);
  });

  it('the first has no sync to wait for, nor has the second before there is one', async () => {
    const fresh = new Stream();
    const { clientId } = fresh.client;
    await service.get(ChangeBetweenSyncs).publish(clientId, { terms: HIGH, expected: undefined }, 0);
    await fresh.put(aProgram({ checkpointMonths: 1 }));
    await fresh.put(LOW);
    await fresh.carry();
    await fresh.put(HIGH);
  });
});

describe('a publication and the one before', () => {
  it('wait for each other: everybody is promoted by each version', async () => {
    const sync = stream.announce(400n);
    for (let group = 0; group < GROUPS; group += 1) await stream.deliver(sync, group);
    await stream.complete(sync);
    await stream.client.reach();
    await stream.put(LOW);
    await expect(stream.put(HIGH)).rejects.toMatchObject({ code: 'program.publication_running' });
    await expect(
      service.get(ChangeBetweenSyncs).plan(stream.client.clientId, { terms: HIGH, expected: 2 }, 0),
    ).rejects.toMatchObject({ code: 'program.publication_running' });
    const waiting = stream.put(HIGH, 5_000);
    await stream.carry();
    await waiting;
    expect(await stream.datesOfPromotions()).toMatchObject([{ version: 2, promotions: 6 }]);
  });
});

/** What happens next: a group is handed its next batch, the next sync is completed, reached, a version put, carried on. */
const event = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('deliver' as const), group: fc.nat({ max: GROUPS - 1 }) }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'complete' as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'reach' as const }) },
  { weight: 4, arbitrary: fc.constant({ kind: 'put' as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'carry' as const }) },
);

describe('any order of batches, watermark and publications', () => {
  it('gives all promotions of a version one date, and publishes exactly between syncs', async () => {
    let promotions = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 10, maxLength: 40 }), async (events) => {
        const own = new Stream();
        await own.client.publish(HIGH);
        for (const value of [200n, 200n, 250n, 150n]) own.announce(value);
        promotions += await play(own, events);
      }),
      { numRuns: 40 },
    );
    expect(promotions).toBeGreaterThan(20);
  }, 180_000);

  it('also when all happen at once', async () => {
    let promotions = 0;
    for (let round = 0; round < 6; round += 1) {
      const own = new Stream();
      await own.client.publish(HIGH);
      for (const value of [200n, 200n, 250n, 150n]) own.announce(value);
      const consuming = own.groups.map(async (_, group) => {
        for (const sync of own.syncs) await own.deliver(sync, group);
      });
      const applying = (async () => {
        for (const sync of own.syncs) await own.complete(sync);
        await eventually(async () => {
          await own.client.reach();
          return (await appliedSequence(own)) === own.syncs.length;
        });
      })();
      const publishing = (async () => {
        for (const terms of [LOW, HIGH, LOW]) {
          await eventually(() => own.put(terms, 200).then(() => true));
          await own.carry();
        }
      })();
      await Promise.all([...consuming, applying, publishing]);
      promotions += await oneDateEach(own);
    }
    expect(promotions).toBeGreaterThan(0);
  });
});

async function appliedSequence(own: Stream): Promise<number> {
  const row = await service.database.inTransaction((tx) =>
    tx.maybeOne<{ applied: string }>(sql`
      SELECT applied_sequence AS applied FROM tier_evaluation.watermark WHERE client_id = ${own.client.clientId}`),
  );
  return Number(row?.applied ?? 0);
}

/** Plays a schedule to its end; a model of three numbers says when a publication must have been let in. */
async function play(own: Stream, events: readonly (typeof event extends fc.Arbitrary<infer T> ? T : never)[]) {
  const delivered = own.groups.map(() => 0);
  let completed = 0;
  let inForce: Program = HIGH;
  let carried = true;
  const quiet = async () => {
    const applied = await appliedSequence(own);
    return carried && completed === applied && delivered.every((count) => count === applied);
  };
  const steps = {
    deliver: async (group: number) => {
      const sync = own.syncs[delivered[group] ?? 0];
      if (sync === undefined) return;
      await own.deliver(sync, group);
      delivered[group] = (delivered[group] ?? 0) + 1;
    },
    complete: async () => {
      const sync = own.syncs[completed];
      if (sync === undefined) return;
      await own.complete(sync);
      completed += 1;
    },
    put: async () => {
      const terms = inForce === HIGH ? LOW : HIGH;
      const free = await quiet();
      const made = await own.put(terms).then(
        () => true,
        (error: unknown) => !(error instanceof ProgramBusyError),
      );
      expect(made).toBe(free);
      if (!made) return;
      carried = promotesNobody(inForce, terms);
      inForce = terms;
    },
    carry: async () => {
      await own.carry();
      carried = true;
    },
  };
  for (const next of events) {
    if (next.kind === 'deliver') await steps.deliver(next.group);
    else if (next.kind === 'reach') await own.client.reach();
    else await steps[next.kind]();
  }
  for (let group = 0; group < GROUPS; group += 1) {
    while ((delivered[group] ?? 0) < own.syncs.length) await steps.deliver(group);
  }
  while (completed < own.syncs.length) await steps.complete();
  await own.client.reach();
  await steps.carry();
  await steps.put();
  await steps.carry();
  return oneDateEach(own);
}
