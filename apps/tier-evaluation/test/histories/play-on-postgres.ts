import { randomUUID } from 'node:crypto';
import { LaurelError } from '#libs/contracts';
import { formatMinor, type CalendarDate, type CreatorId } from '#libs/kernel';
import { keyOf, lockLanes } from '#libs/messaging';
import { sql, type TenantTransaction } from '#libs/persistence';
import { aCreatorId, salesRecorded, syncCompleted } from '#libs/testing';
import type { Standing } from '../../src/domain/standing/standing.ts';
import type { ToldDecision } from '../../src/domain/standing/told-decision.ts';
import { DecisionRepository } from '../../src/persistence/decision.repository.ts';
import { SALES_CONSUMER, StandingRepository } from '../../src/persistence/standing.repository.ts';
import { RecordAdjustment } from '../../src/use-cases/record-adjustment.ts';
import { ReviewOverdueCreators } from '../../src/use-cases/review-overdue-creators.ts';
import { ClientUnderTest, received, type ServiceUnderTest } from '../service-under-test.ts';
import type { ClientHistory, GivenAdjustment } from './client-history.ts';
import { told, type Outcome } from './outcome.ts';
import type { Happening } from './timeline.ts';

/**
 * Plays a client's history on the service's use cases, all its creators at once: a batch of events, a run of the
 * watermark and the adjustments of a sync are a transaction each, or a few. @returns what each creator has come to
 */
export async function playOnPostgres(
  service: ServiceUnderTest,
  history: ClientHistory,
  happenings: readonly Happening[],
): Promise<(Outcome | undefined)[]> {
  const play = new Play(service, history);
  await play.begin();
  for (const happening of happenings) await play.happen(happening);
  return play.outcomes();
}

class Play {
  readonly #service: ServiceUnderTest;
  readonly #history: ClientHistory;
  readonly #client: ClientUnderTest;
  readonly #creators: readonly CreatorId[];
  readonly #syncIds: readonly string[];
  /** Of each creator, in order. */
  readonly #adjustments: { id: string | undefined; told: string }[][];
  readonly #versions: number[];
  readonly #lifetimes: bigint[];

  constructor(service: ServiceUnderTest, history: ClientHistory) {
    this.#service = service;
    this.#history = history;
    this.#client = new ClientUnderTest(service);
    this.#creators = history.creators.map(aCreatorId);
    this.#syncIds = history.syncs.map(() => randomUUID());
    this.#adjustments = history.creators.map(() => []);
    this.#versions = history.creators.map(() => 0);
    this.#lifetimes = history.creators.map(() => 0n);
  }

  async begin(): Promise<void> {
    await this.#client.publish(this.#history.program);
  }

  async happen(happening: Happening): Promise<void> {
    switch (happening.kind) {
      case 'delivery':
        return this.#deliver(happening);
      case 'watermark':
        return this.#client.reach();
      case 'adjustments':
        return this.#adjust(happening.given);
      case 'overdue':
        await this.#service.get(ReviewOverdueCreators).execute();
    }
  }

  async #deliver({ syncs, events, parked, released }: Extract<Happening, { kind: 'delivery' }>): Promise<void> {
    await this.#park(parked);
    const batch = [...events].flatMap(([creator, due]) => due.map((sync) => this.#salesOf(creator, sync)));
    if (batch.length > 0) await this.#client.apply(batch);
    await this.#release(released);
    for (const sync of syncs) {
      const completed = syncCompleted({ clientId: this.#client.clientId, ...this.#sync(sync), creatorSalesEvents: 0 });
      await this.#client.complete(received(completed));
    }
  }

  #sync(sync: number) {
    return {
      syncId: this.#syncIds[sync] as string,
      syncSequence: sync + 1,
      businessDate: this.#history.syncs[sync]!.date,
      previousBusinessDate: this.#history.syncs[sync - 1]?.date ?? null,
    };
  }

  /** In the other metric it says something else, which must not count. */
  #salesOf(creator: number, sync: number) {
    const isSales = this.#history.program.metric === 'sales';
    const version = ((this.#versions[creator] as number) += 1);
    const brought = this.#history.creators[creator]?.[sync]?.brought ?? [];
    const differences = brought.map(({ value, ...rest }) => {
      const [counted, other] = [value.toString(), (value * 3n + 17n).toString()];
      return { ...rest, gmvMinor: isSales ? counted : other, units: isSales ? other : counted };
    });
    const lifetime = brought.reduce((sum, { value }) => sum + value, this.#lifetimes[creator] as bigint);
    this.#lifetimes[creator] = lifetime;
    const totals = isSales ? { lifetimeGmvMinor: lifetime.toString() } : { lifetimeUnits: lifetime.toString() };
    const of = { clientId: this.#client.clientId, creatorId: this.#creators[creator] as CreatorId, version };
    return received(salesRecorded({ ...of, ...this.#sync(sync), ...totals, differences }));
  }

  async #park(creators: readonly number[]): Promise<void> {
    if (creators.length === 0) return;
    await this.#service.database.inTransaction((tx) =>
      tx.execute(sql`
        INSERT INTO tier_evaluation.parked_key (id, consumer, client_id, aggregate_id, nature, reason)
        SELECT gen_random_uuid(), ${SALES_CONSUMER}, ${this.#client.clientId}, creator, 'difference', 'a test'
        FROM unnest(${creators.map((creator) => this.#creators[creator])}::text[]) AS creator`),
    );
  }

  async #release(creators: readonly number[]): Promise<void> {
    if (creators.length === 0) return;
    await this.#service.database.inTransaction((tx) =>
      tx.execute(sql`
        DELETE FROM tier_evaluation.parked_key WHERE client_id = ${this.#client.clientId}
          AND aggregate_id = ANY (${creators.map((creator) => this.#creators[creator])}::text[])`),
    );
  }

  async #adjust(given: ReadonlyMap<number, GivenAdjustment>): Promise<void> {
    const keys = [...given.keys()].map((creator) => keyOf(this.#client.clientId, this.#creators[creator] as CreatorId));
    await this.#client.inTenant(async (tx) => {
      await lockLanes(tx, keys);
      for (const [creator, adjustment] of given)
        this.#adjustments[creator]?.push(await this.#record(tx, creator, adjustment));
    });
  }

  /** A refusal has written nothing, so the transaction goes on. */
  async #record(tx: TenantTransaction, creator: number, { value, effectiveOn }: GivenAdjustment) {
    const sent =
      this.#history.program.metric === 'sales' ? { amount: formatMinor(value, 2) } : { units: Number(value) };
    const command = {
      kind: 'correction',
      reason: 'a test',
      effectiveDate: effectiveOn,
      recordedBy: 'admin:test',
    } as const;
    try {
      const { adjustment } = await this.#service
        .get(RecordAdjustment)
        .execute({ creatorId: this.#creators[creator] as CreatorId, ...command, ...sent }, tx);
      return { id: adjustment.id, told: adjustment.effectiveOn };
    } catch (error) {
      if (error instanceof LaurelError && error.code === 'adjustment.date_out_of_range')
        return { id: undefined, told: 'refused' };
      throw error;
    }
  }

  outcomes(): Promise<(Outcome | undefined)[]> {
    return this.#client.inTenant(async (tx) => {
      const standings = await this.#service.get(StandingRepository).lock(tx, this.#creators);
      const days = await this.#days(tx);
      const outcomes: (Outcome | undefined)[] = [];
      for (const [creator, id] of this.#creators.entries()) {
        const standing = standings.get(id);
        const decisions = standing && (await this.#service.get(DecisionRepository).list(tx, id, 0, 1_000));
        outcomes.push(standing && this.#outcome(creator, standing, decisions ?? [], days.get(id) ?? {}));
      }
      return outcomes;
    });
  }

  #outcome(
    creator: number,
    standing: Standing,
    decisions: readonly ToldDecision[],
    days: Record<string, bigint>,
  ): Outcome {
    const { tier, tierVersion, reachedOn, window, lifetime, base, opening } = standing;
    return {
      tier,
      tierVersion,
      reachedOn,
      windowStart: window?.start ?? null,
      dueDate: window?.due ?? null,
      lifetime,
      base,
      opening,
      adjustments: (this.#adjustments[creator] ?? []).map((adjustment) => adjustment.told),
      decisions: decisions.map((decision) => told({ ...decision, cause: this.#cause(creator, decision) })),
      days,
    };
  }

  #cause(creator: number, { cause }: ToldDecision): string {
    if (cause?.kind === 'sync') return `sync ${this.#syncIds.indexOf(cause.syncId) + 1}`;
    if (cause?.kind !== 'adjustment') return `program ${cause?.version}`;
    const booked = (this.#adjustments[creator] ?? []).filter(({ id }) => id !== undefined);
    return `adjustment ${booked.findIndex(({ id }) => id === cause.adjustmentId) + 1}`;
  }

  async #days(tx: TenantTransaction): Promise<Map<CreatorId, Record<string, bigint>>> {
    const rows = await tx.many<{ creator_id: CreatorId; date: CalendarDate; value: string }>(sql`
      SELECT creator_id, effective_on::text AS date, sum(value)::bigint AS value FROM tier_evaluation.day_entry
      WHERE client_id = ${tx.clientId} GROUP BY creator_id, effective_on`);
    const days = new Map<CreatorId, Record<string, bigint>>();
    for (const { creator_id, date, value } of rows)
      days.set(creator_id, { ...days.get(creator_id), [date]: BigInt(value) });
    return days;
  }
}
