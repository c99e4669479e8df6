import { expect } from '@jest/globals';
import { addDays, systemClock, toCalendarDate, type BoostId } from '#libs/kernel';
import { sql } from '#libs/persistence';
import { aCreatorId } from '#libs/testing';
import type { AlertKind } from '../src/domain/alert/alert.ts';
import type { Boost } from '../src/domain/boost/boost.ts';
import type { PaymentAccount } from '../src/domain/payment-account/payment-account.ts';
import { readResults } from '../src/http/results-file.ts';
import { payoutSummaryOnWire } from '../src/http/payout-summary-on-wire.ts';
import { AlertRepository } from '../src/persistence/alert.repository.ts';
import { BoostFactsRepository } from '../src/persistence/boost-facts.repository.ts';
import { LedgerRepository } from '../src/persistence/ledger.repository.ts';
import { PayoutAttemptRepository } from '../src/persistence/payout-attempt.repository.ts';
import { PayoutRunRepository } from '../src/persistence/payout-run.repository.ts';
import { ReadingRepository } from '../src/persistence/reading.repository.ts';
import { ReleaseRepository } from '../src/persistence/release.repository.ts';
import { BeginPayoutRun } from '../src/use-cases/begin-payout-run.ts';
import { CompareBoosts } from '../src/use-cases/compare-boosts.ts';
import { ExportPayoutRun, type ExportedPayout } from '../src/use-cases/export-payout-run.ts';
import { FindPayoutRuns, type RunWithSums } from '../src/use-cases/find-payout-runs.ts';
import { FreezePayouts } from '../src/use-cases/freeze-payouts.ts';
import { ReleasePayouts } from '../src/use-cases/release-payouts.ts';
import { SettlePayoutRun } from '../src/use-cases/settle-payout-run.ts';
import { SettlePayouts } from '../src/use-cases/settle-payouts.ts';
import { SummarizePayouts } from '../src/use-cases/summarize-payouts.ts';
import { ClientWorld, openBoostWorld, type ClaimFixture } from './boost-world.ts';

export const REASON = 'agreed with the creator';

/** The service's use cases, with those of payouts. */
export async function openPayoutWorld() {
  const world = await openBoostWorld();
  const { database, clients, details, bookPayments, raiseAlerts } = world;
  const [runs, attempts, facts] = [
    new PayoutRunRepository(),
    new PayoutAttemptRepository(),
    new BoostFactsRepository(),
  ];
  const settlePayouts = new SettlePayouts(database, attempts, clients, bookPayments, raiseAlerts);
  return {
    ...world,
    runs,
    ledger: new LedgerRepository(),
    compareBoosts: new CompareBoosts(facts, new ReadingRepository()),
    facts,
    releasePayouts: new ReleasePayouts(database, clients, new ReleaseRepository(), systemClock),
    beginPayoutRun: new BeginPayoutRun(clients, runs, systemClock),
    freezePayouts: new FreezePayouts(database, runs, bookPayments, systemClock),
    exportPayoutRun: new ExportPayoutRun(database, runs, attempts, details, systemClock),
    settlePayoutRun: new SettlePayoutRun(database, runs, settlePayouts, systemClock),
    findPayoutRuns: new FindPayoutRuns(database, runs, attempts),
    summarizePayouts: new SummarizePayouts(database, clients, new LedgerRepository()),
  };
}

export type PayoutWorld = Awaited<ReturnType<typeof openPayoutWorld>>;

export interface Line {
  readonly reference: string;
  readonly transactionId?: string;
  readonly status: string;
}

/** A client whose boosts have ended, and what an admin and its creators do about their payouts. */
export class PayoutClient extends ClientWorld {
  readonly #world: PayoutWorld;
  /** Days from one set of boosts to the next. */
  #later = -10;

  constructor(world: PayoutWorld) {
    super(world);
    this.#world = world;
  }

  /**
   * One boost a creator. Those of the first call expire on 2026-01-13 and are payable from 2026-02-02, each further call's
   * ten days later.
   * @param deltas what each sold meanwhile, in minor units
   */
  async expired(deltas: readonly bigint[], terms: Partial<ClaimFixture> = {}): Promise<Boost[]> {
    this.#later += 10;
    const creators = deltas.map(() => aCreatorId());
    const scheduledDate = this.#day('2026-01-06');
    const ids: string[] = [];
    for (const creatorId of creators) {
      ids.push((await this.claim({ creatorId, scheduledDate, durationDays: 7, ...terms })).id);
    }
    await this.feedAndApply(scheduledDate, new Map(creators.map((creatorId) => [creatorId, 100_000n])));
    const sold = creators.map((creatorId, index) => [creatorId, 100_000n + (deltas[index] ?? 0n)] as const);
    await this.feedAndApply(this.#day('2026-01-13'), new Map(sold));
    return Promise.all(ids.map((id) => this.boost(id)));
  }

  #day(ofTheFirst: string): string {
    return addDays(toCalendarDate(ofTheFirst), this.#later);
  }

  /** Expired, with details, and the hold over: released. */
  async payable(deltas: readonly bigint[], terms: Partial<ClaimFixture> = {}): Promise<Boost[]> {
    const boosts = await this.expired(deltas, terms);
    for (const [index, boost] of boosts.entries()) await this.give(boost, `creator.${index}@example.com`);
    await this.today(this.#day('2026-02-02'));
    await this.#world.releasePayouts.execute(this.clientId);
    return Promise.all(boosts.map(({ id }) => this.boost(id)));
  }

  give(boost: Boost, account: string): Promise<Boost> {
    const { id: boostId, creatorId } = boost;
    const given: PaymentAccount = { method: account.startsWith('@') ? 'venmo' : 'paypal', account };
    return this.#world.database.inTenant(this.clientId, (tx) =>
      this.#world.submitPaymentDetails.execute({ boostId, creatorId, account: given }, tx),
    );
  }

  today(date: string): Promise<void> {
    return this.inLane(this.clientId, (tx) => this.#world.clients.advanceProgrammeDate(toCalendarDate(date), tx));
  }

  setFinal({ id: boostId, creatorId }: Boost, amount: string): Promise<Boost> {
    const order = { boostId, amount, currency: undefined, reason: REASON, adminId: 'admin-1' };
    return this.inLane(creatorId, (tx) => this.#world.setFinalAmount.execute(order, tx));
  }

  pay(
    { id: boostId, creatorId }: Boost,
    transactionId: string,
    overrideHoldReason: string | null = null,
  ): Promise<Boost> {
    const order = { boostId, adminId: 'admin-1', transactionId, overrideHoldReason };
    return this.inLane(creatorId, (tx) => this.#world.payBoost.execute(order, tx));
  }

  /** As POST /v1/payout-runs does it. */
  async run(): Promise<RunWithSums> {
    const { id } = await this.#world.database.inTenant(this.clientId, (tx) =>
      this.#world.beginPayoutRun.execute('admin-1', tx),
    );
    await this.#world.freezePayouts.execute(this.clientId, id);
    return this.found(id);
  }

  found(runId: string): Promise<RunWithSums> {
    return this.#world.findPayoutRuns.one(runId, this.clientId);
  }

  async export(runId: string, again = false): Promise<ExportedPayout[]> {
    const run = await this.#world.exportPayoutRun.begin(this.clientId, runId, { adminId: 'admin-1', again });
    const exported: ExportedPayout[] = [];
    for await (const page of this.#world.exportPayoutRun.payouts(this.clientId, run)) exported.push(...page);
    return exported;
  }

  async references(runId: string): Promise<Map<BoostId, string>> {
    const { payouts } = await this.#world.findPayoutRuns.payouts(
      runId,
      { after: undefined, fetch: 1_000 },
      this.clientId,
    );
    return new Map(payouts.map(({ boostId, reference }) => [boostId, reference]));
  }

  /** @returns the outcome of each line */
  async results(runId: string, lines: readonly Line[]): Promise<string[]> {
    const rows = lines.map(({ reference, transactionId = '', status }) => `${reference},${transactionId},${status}\n`);
    const body = [Buffer.from(['reference,transactionId,status\n', ...rows].join(''))];
    const sent = { runId, adminId: 'admin-1' };
    const settled = await this.#world.settlePayoutRun.execute(this.clientId, sent, readResults(toPieces(body)));
    return settled.map(({ outcome }) => outcome);
  }

  async alerts(kind: AlertKind) {
    const filter = { kind, boostId: undefined };
    return this.#world.database.inTenant(this.clientId, (tx) =>
      new AlertRepository().list(filter, { before: undefined, fetch: 100 }, tx),
    );
  }

  /** The client's postings, each `debit <- credit amount cause`. */
  async postings(boost: Boost): Promise<string[]> {
    const rows = await this.#world.database.inTenant(this.clientId, (tx) =>
      tx.many<{ posting: string }>(sql`
        SELECT concat(debit_account, ' <- ', credit_account, ' ', amount_minor, ' ', cause) AS posting
        FROM commission_boost.ledger_posting WHERE boost_id = ${boost.id}
        ORDER BY posted_at, cause = 'reversal' DESC, cause = 'release' DESC, version`),
    );
    return rows.map(({ posting }) => posting);
  }

  async summary() {
    return payoutSummaryOnWire(await this.#world.summarizePayouts.execute(this.clientId));
  }

  /** Everything agrees: boosts and all that stands beside them, totals, and both sides of the books. @returns the balances */
  async books(): Promise<Record<string, string>> {
    const { database, compareBoosts, facts } = this.#world;
    await database.inTenant(this.clientId, async (tx) => {
      expect((await compareBoosts.compareAfter(tx, null)).differences).toEqual([]);
      expect(await facts.totalsOff(tx)).toEqual([]);
    });
    const [currency] = (await this.summary()).currencies;
    const balances = Object.fromEntries(
      Object.entries(currency?.balances ?? {}).map(([account, { amount }]) => [account, amount]),
    );
    const minor = (account: string) => BigInt((balances[account] ?? '0').replace('.', ''));
    expect(minor('accrued') + minor('adjusted')).toBe(minor('held') + minor('payable') + minor('paid'));
    return balances;
  }
}

/** As Kafka's clients and servers would cut them: anywhere. */
async function* toPieces(body: readonly Buffer[]): AsyncGenerator<Buffer> {
  for (const whole of body) {
    for (let at = 0; at < whole.length; at += 700) yield await Promise.resolve(whole.subarray(at, at + 700));
  }
}
