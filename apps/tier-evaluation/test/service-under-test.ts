import { randomUUID } from 'node:crypto';
import type { EventDefinition, NewEvent, ReceivedEvent } from '#libs/contracts';
import { CLOCK, systemClock, type ClientId, type CreatorId, type SyncId } from '#libs/kernel';
import { keyOf, lockLanes, Outbox, recordCompletedSyncs, RetryLater, Watermark, type Envelope } from '#libs/messaging';
import { Database, sql, type TenantTransaction } from '#libs/persistence';
import { createTestDatabase, salesRecorded, syncCompleted, type TestDatabase } from '#libs/testing';
import type { Provider } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { ProgramTerms } from '../src/domain/program/program.ts';
import { PROVIDERS } from '../src/tier-evaluation.module.ts';
import { KeepLedgerMonths } from '../src/reconcilers/keep-ledger-months.reconciler.ts';
import { ApplyCreatorSales } from '../src/use-cases/apply-creator-sales.ts';
import { ApplyReachedSync } from '../src/use-cases/apply-reached-sync.ts';
import { PublishProgram } from '../src/use-cases/publish-program.ts';
import { ReadTier } from '../src/use-cases/read-tier.ts';
import { RecordAdjustment, type AdjustmentCommand, type AdjustmentRecord } from '../src/use-cases/record-adjustment.ts';
import { aProgram, day, differencesOf, type Sales } from './creator-history.ts';

const SCHEMA = 'tier_evaluation';

/** The service's use cases on a database of their own, without Kafka: a client's syncs are handed over directly. */
export interface ServiceUnderTest {
  readonly testDatabase: TestDatabase;
  readonly database: Database;
  get<T>(type: new (...args: never[]) => T): T;
  close(): Promise<void>;
}

/** @param instead provided in place of the service's own */
export async function startServiceUnderTest(instead: readonly Provider[] = []): Promise<ServiceUnderTest> {
  const testDatabase = await createTestDatabase('tier-evaluation');
  const database = testDatabase.database('tier-evaluation');
  const module = await Test.createTestingModule({
    providers: [
      ...PROVIDERS,
      { provide: Database, useValue: database },
      { provide: Outbox, useValue: new Outbox(SCHEMA, 'laurel/tier-evaluation') },
      { provide: Watermark, useValue: new Watermark(database, SCHEMA) },
      { provide: CLOCK, useValue: systemClock },
      ...instead,
    ],
  }).compile();
  return { testDatabase, database, get: (type) => module.get(type), close: () => testDatabase.drop() };
}

export function received<E extends EventDefinition>(event: NewEvent<E>): ReceivedEvent<E> {
  const { definition: _definition, ...rest } = event;
  return { ...rest, id: randomUUID(), time: '2025-01-01T00:00:00Z', traceparent: undefined };
}

/** A client of the service: its syncs, its adjustments, its creators' tiers. */
export class ClientUnderTest {
  readonly clientId = randomUUID() as ClientId;
  readonly #service: ServiceUnderTest;
  readonly #versions = new Map<CreatorId, number>();
  readonly #lifetimes = new Map<CreatorId, bigint>();
  #sequence = 0;
  #previous: string | null = null;

  constructor(service: ServiceUnderTest) {
    this.#service = service;
  }

  inTenant<T>(work: (tx: TenantTransaction) => Promise<T>): Promise<T> {
    return this.#service.database.inTenant(this.clientId, work);
  }

  publish(terms: ProgramTerms = aProgram(), expected?: number): Promise<unknown> {
    return this.inTenant((tx) => this.#service.get(PublishProgram).execute(terms, expected, tx));
  }

  /** The events of one sync, not yet handed over. */
  salesOf(date: string, sales: ReadonlyMap<CreatorId, Sales>) {
    this.#sequence += 1;
    const sync = {
      syncId: randomUUID(),
      syncSequence: this.#sequence,
      businessDate: date,
      previousBusinessDate: this.#previous,
    };
    this.#previous = date;
    const events = [...sales].map(([creatorId, brought]) => {
      const version = (this.#versions.get(creatorId) ?? 0) + 1;
      this.#versions.set(creatorId, version);
      const differences = differencesOf(brought, day(date)).map(({ value, ...rest }) => ({
        ...rest,
        units: value.toString(),
        gmvMinor: value.toString(),
      }));
      const total = String(this.#lifetimeAfter(creatorId, differences));
      const lifetime = { lifetimeUnits: total, lifetimeGmvMinor: total };
      return received(
        salesRecorded({ clientId: this.clientId, creatorId, version, ...sync, ...lifetime, differences }),
      );
    });
    const completed = received(syncCompleted({ clientId: this.clientId, ...sync, creatorSalesEvents: 0 }));
    return { syncId: sync.syncId as SyncId, events, completed };
  }

  #lifetimeAfter(creatorId: CreatorId, differences: readonly { readonly units: string }[]): bigint {
    const before = this.#lifetimes.get(creatorId) ?? 0n;
    const lifetime = differences.reduce((sum, { units }) => sum + BigInt(units), before);
    this.#lifetimes.set(creatorId, lifetime);
    return lifetime;
  }

  apply(
    events: readonly ReturnType<typeof salesRecorded>[] | ReturnType<ClientUnderTest['salesOf']>['events'],
  ): Promise<void> {
    const keys = events.map((event) => keyOf(this.clientId, event.aggregateId));
    const batch = () =>
      this.inTenant(async (tx) => {
        await lockLanes(tx, keys);
        await this.#service
          .get(ApplyCreatorSales)
          .execute(events as ReturnType<ClientUnderTest['salesOf']>['events'], tx);
      });
    return batch().catch(async (error: unknown) => {
      if (!(error instanceof RetryLater)) throw error;
      await this.#service.get(KeepLedgerMonths).runOnce();
      await batch();
    });
  }

  async complete(completed: ReturnType<ClientUnderTest['salesOf']>['completed']): Promise<void> {
    await this.inTenant((tx) => recordCompletedSyncs(tx, SCHEMA, [completed]));
  }

  /** Applies every sync that is completed. */
  async reach(): Promise<void> {
    while (await this.#service.get(ApplyReachedSync).execute(this.clientId));
  }

  /** A whole sync: its events in one batch, then the watermark. */
  async sync(date: string, sales: ReadonlyMap<CreatorId, Sales> = new Map()): Promise<SyncId> {
    const { syncId, events, completed } = this.salesOf(date, sales);
    if (events.length > 0) await this.apply(events);
    await this.complete(completed);
    await this.reach();
    return syncId;
  }

  adjust(creatorId: CreatorId, command: Partial<AdjustmentCommand>): Promise<AdjustmentRecord> {
    const whole = {
      kind: 'correction',
      reason: 'a test',
      effectiveDate: null,
      recordedBy: 'admin:test',
      ...command,
    } as const;
    return this.inTenant(async (tx) => {
      await lockLanes(tx, [keyOf(this.clientId, creatorId)]);
      return this.#service.get(RecordAdjustment).execute({ ...whole, creatorId }, tx);
    });
  }

  tier(creatorId: CreatorId) {
    return this.#service.get(ReadTier).execute(this.clientId, creatorId);
  }

  /** What the client's transactions have put into the outbox, in order. */
  async outbox(): Promise<Envelope[]> {
    const rows = await this.#service.database.inTransaction((tx) =>
      tx.many<{ value: string }>(sql`
        SELECT value FROM tier_evaluation.outbox WHERE key LIKE ${`${this.clientId}:%`} ORDER BY xid, id`),
    );
    return rows.map((row) => JSON.parse(row.value) as Envelope);
  }
}
