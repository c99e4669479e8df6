import { randomBytes, randomUUID } from 'node:crypto';
import { newEvent, RedemptionClaimedV1, type DataOf, type EventDefinition, type ReceivedEvent } from '#libs/contracts';
import { systemClock, type ClientId, type CreatorId } from '#libs/kernel';
import { keyOf, lockLanes, Outbox, recordCompletedSyncs, Watermark } from '#libs/messaging';
import { sql, type TenantTransaction } from '#libs/persistence';
import { DataKeyStore, Erasures, Fingerprints, KeyRing, SealAlerts, Vault } from '#libs/secrets';
import { Metrics } from '#libs/service-kit';
import { aClientId, createTestDatabase, salesRecorded, syncCompleted } from '#libs/testing';
import type { NewEvent } from '#libs/contracts';
import type { Boost } from '../src/domain/boost/boost.ts';
import { AlertRepository } from '../src/persistence/alert.repository.ts';
import { AccountFingerprintRepository } from '../src/persistence/account-fingerprint.repository.ts';
import { BoostRepository } from '../src/persistence/boost.repository.ts';
import { ClientRepository } from '../src/persistence/client.repository.ts';
import { CreatorGmvRepository } from '../src/persistence/creator-gmv.repository.ts';
import { DueBoostRepository } from '../src/persistence/due-boost.repository.ts';
import { DueWorkRepository } from '../src/persistence/due-work.repository.ts';
import { FinalAmountRepository } from '../src/persistence/final-amount.repository.ts';
import { FormerSeal } from '../src/persistence/former-seal.ts';
import { PaymentDetailRepository } from '../src/persistence/payment-detail.repository.ts';
import { ReadingCorrectionRepository } from '../src/persistence/reading-correction.repository.ts';
import { PaymentRepository } from '../src/persistence/payment.repository.ts';
import { PayoutAttemptRepository } from '../src/persistence/payout-attempt.repository.ts';
import { ReadingRepository } from '../src/persistence/reading.repository.ts';
import { RaiseAlerts } from '../src/use-cases/raise-alerts.ts';
import { WaitingClaimRepository } from '../src/persistence/waiting-claim.repository.ts';
import { AlertOnExpiry } from '../src/use-cases/alert-on-expiry.ts';
import { MakeDueSteps } from '../src/use-cases/make-due-steps.ts';
import { NoteCorrections } from '../src/use-cases/note-corrections.ts';
import { ApplyCompletedSync } from '../src/use-cases/apply-completed-sync.ts';
import { BookPayments } from '../src/use-cases/book-payments.ts';
import { MoveDueBoosts } from '../src/use-cases/move-due-boosts.ts';
import { NoteAccount } from '../src/use-cases/note-account.ts';
import { PayBoost } from '../src/use-cases/pay-boost.ts';
import { RecordCreatorSales } from '../src/use-cases/record-creator-sales.ts';
import { ScheduleBoosts } from '../src/use-cases/schedule-boosts.ts';
import { SetFinalAmount } from '../src/use-cases/set-final-amount.ts';
import { SubmitPaymentDetails } from '../src/use-cases/submit-payment-details.ts';

export const SCHEMA = 'commission_boost';

export interface ClaimFixture {
  readonly creatorId: CreatorId;
  readonly redemptionId?: string;
  readonly scheduledDate: string;
  readonly rateBps?: number;
  readonly durationDays?: number;
  readonly clearingDays?: number;
  readonly currency?: string;
}

export function redemptionClaimed(clientId: string, claim: ClaimFixture): NewEvent<typeof RedemptionClaimedV1> {
  const { creatorId, redemptionId = randomUUID(), scheduledDate } = claim;
  const boost: DataOf<typeof RedemptionClaimedV1>['boost'] = {
    rateBps: claim.rateBps ?? 500,
    durationDays: claim.durationDays ?? 30,
    scheduledDate,
    tierCommissionRateBps: 1_000,
    clearingDays: claim.clearingDays ?? 20,
    currency: claim.currency ?? 'USD',
    timezone: 'America/New_York',
  };
  return newEvent(RedemptionClaimedV1, {
    clientId,
    aggregateId: creatorId,
    subject: redemptionId,
    aggregateVersion: 1,
    data: {
      redemptionId,
      rewardId: randomUUID(),
      creatorId,
      type: 'commission_boost',
      tierAtClaim: 3,
      tierVersion: 2,
      claimedAt: '2026-01-04T12:00:00Z',
      claimedOn: '2026-01-04',
      boost,
    },
  });
}

/** An event as the runner would hand it over. */
export function received<E extends EventDefinition>(event: NewEvent<E>): ReceivedEvent<E> {
  return { ...event, id: randomUUID(), time: '2026-01-04T12:00:00Z', traceparent: undefined };
}

/** The service's use cases on a database of their own, fed without Kafka. */
export async function openBoostWorld() {
  const testDatabase = await createTestDatabase('commission-boost');
  const database = testDatabase.database('commission-boost');
  const outbox = new Outbox(SCHEMA, 'laurel/commission-boost');
  const watermark = new Watermark(database, SCHEMA);
  const boosts = new BoostRepository();
  const due = new DueBoostRepository();
  const clients = new ClientRepository();
  const metrics = new Metrics('commission-boost');
  const alerts = new SealAlerts(metrics);
  const keys = new KeyRing({ keys: [{ id: 'test', key: randomBytes(32) }], file: undefined });
  const formerSeal = new FormerSeal(randomBytes(32));
  const vault = new Vault(new DataKeyStore(SCHEMA), keys, alerts);
  const details = new PaymentDetailRepository(vault, alerts, formerSeal);
  const raiseAlerts = new RaiseAlerts(new AlertRepository(), outbox, systemClock);
  const fingerprints = new Fingerprints(new DataKeyStore(SCHEMA), keys, alerts);
  const accounts = new AccountFingerprintRepository();
  const noteAccount = new NoteAccount(fingerprints, accounts, raiseAlerts, new Erasures(SCHEMA));
  const readings = new ReadingRepository();
  const work = new DueWorkRepository();
  const scheduleBoosts = new ScheduleBoosts(due, new WaitingClaimRepository(), raiseAlerts, outbox, systemClock);
  const alertOnExpiry = new AlertOnExpiry(readings, raiseAlerts);
  const makeDueSteps = new MakeDueSteps(due, readings, alertOnExpiry, outbox, systemClock);
  const noteCorrections = new NoteCorrections(new ReadingCorrectionRepository(), raiseAlerts, outbox, systemClock);
  const moveDueBoosts = new MoveDueBoosts(database, work, makeDueSteps, scheduleBoosts, noteCorrections);
  const attempts = new PayoutAttemptRepository();
  const payments = new PaymentRepository();
  const bookPayments = new BookPayments(payments, raiseAlerts, outbox);
  const useCases = {
    payments,
    bookPayments,
    raiseAlerts,
    noteAccount,
    moveDueBoosts,
    applyCompletedSync: new ApplyCompletedSync(database, watermark, moveDueBoosts, work, outbox),
    recordCreatorSales: new RecordCreatorSales(new CreatorGmvRepository()),
    scheduleBoosts,
    payBoost: new PayBoost(boosts, clients, attempts, bookPayments, systemClock),
    setFinalAmount: new SetFinalAmount(boosts, new FinalAmountRepository(), attempts, systemClock, raiseAlerts),
    submitPaymentDetails: new SubmitPaymentDetails(boosts, details, outbox, systemClock, noteAccount),
  };
  const secrets = { vault, alerts, formerSeal, metrics };
  return { testDatabase, database, boosts, due, clients, details, watermark, ...secrets, ...useCases };
}

export type BoostWorld = Awaited<ReturnType<typeof openBoostWorld>>;

/** One client of a world, with the files it has fed so far. */
export class ClientWorld {
  readonly clientId: ClientId = aClientId();
  readonly #lifetime = new Map<CreatorId, bigint>();
  readonly #world: BoostWorld;
  #sequence = 0;
  #businessDate: string | null = null;

  constructor(world: BoostWorld) {
    this.#world = world;
  }

  inLane<T>(aggregateId: string, work: (tx: TenantTransaction) => Promise<T>): Promise<T> {
    return this.inLanes([aggregateId], work);
  }

  inLanes<T>(names: readonly string[], work: (tx: TenantTransaction) => Promise<T>): Promise<T> {
    const keys = names.map((name) => keyOf(this.clientId, name));
    return this.#world.database.inTenant(this.clientId, async (tx) => {
      await lockLanes(tx, keys);
      return work(tx);
    });
  }

  /** A complete sync, its events seen, nothing of it applied. @param gmv lifetime by creator that the file moved */
  async feed(businessDate: string, gmv: ReadonlyMap<CreatorId, bigint> = new Map()): Promise<number> {
    const syncSequence = ++this.#sequence;
    const previous = this.#businessDate;
    this.#businessDate = businessDate;
    for (const [creatorId, lifetime] of gmv) {
      await this.sold(creatorId, { syncSequence, businessDate, previous }, lifetime);
    }
    const completed = syncCompleted({ clientId: this.clientId, syncSequence, businessDate, creatorSalesEvents: 0 });
    await this.inLane(this.clientId, (tx) => recordCompletedSyncs(tx, SCHEMA, [received(completed)]));
    return syncSequence;
  }

  /** A creator's sales of a sync, as their event tells them. */
  async sold(
    creatorId: CreatorId,
    sync: { readonly syncSequence: number; readonly businessDate: string; readonly previous: string | null },
    lifetime: bigint,
  ): Promise<void> {
    const difference = lifetime - (this.#lifetime.get(creatorId) ?? 0n);
    this.#lifetime.set(creatorId, lifetime);
    const sales = salesRecorded({
      clientId: this.clientId,
      creatorId,
      syncSequence: sync.syncSequence,
      businessDate: sync.businessDate,
      previousBusinessDate: sync.previous,
      lifetimeGmvMinor: lifetime.toString(),
      differences: [{ gmvMinor: difference.toString() }],
    });
    await this.inLane(creatorId, (tx) => this.#world.recordCreatorSales.execute([received(sales)], tx));
  }

  /** What the reconciler does until the client has no open sync. @returns how many syncs were applied */
  async apply(): Promise<number> {
    let applied = 0;
    while (await this.#world.applyCompletedSync.execute(this.clientId)) applied++;
    return applied;
  }

  async feedAndApply(businessDate: string, gmv?: ReadonlyMap<CreatorId, bigint>): Promise<void> {
    await this.feed(businessDate, gmv);
    await this.apply();
  }

  async claim(claim: ClaimFixture): Promise<Boost> {
    return this.boost(await this.hearClaim(claim));
  }

  /** The event of a claim, which may have to wait for the creator's slot. @returns its redemption */
  async hearClaim(claim: ClaimFixture): Promise<string> {
    const event = received(redemptionClaimed(this.clientId, claim));
    await this.inLane(claim.creatorId, (tx) => this.#world.scheduleBoosts.execute([event], tx));
    return event.data.redemptionId;
  }

  async boost(name: string): Promise<Boost> {
    const boost = await this.#world.database.inTenant(this.clientId, (tx) => this.#world.boosts.find(name, tx));
    if (boost === undefined) throw new Error('there is no such boost');
    return boost;
  }

  async history(boost: Boost): Promise<string[]> {
    const entries = await this.#world.database.inTenant(this.clientId, (tx) =>
      this.#world.boosts.history(boost.id, tx),
    );
    return entries.map(({ from, to, actor }) => `${from} -> ${to} by ${actor.kind}`);
  }

  /** The data of the client's events of a type in the order of the outbox. */
  async announced(type: string): Promise<{ version: number; data: Record<string, unknown> }[]> {
    const rows = await this.#world.database.inTransaction((tx) =>
      tx.many<{ value: string }>(sql`SELECT value FROM commission_boost.outbox ORDER BY id`),
    );
    return rows
      .map(
        ({ value }) => JSON.parse(value) as { type: string; clientid: string; aggregateversion: number; data: object },
      )
      .filter((event) => event.clientid === this.clientId && event.type === type)
      .map((event) => ({ version: event.aggregateversion, data: event.data as Record<string, unknown> }));
  }
}

/** Expects to be refused, and says how. */
export async function refusalOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error('it was not refused');
}
