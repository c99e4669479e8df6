import { jest } from '@jest/globals';
import { LaurelError } from '#libs/contracts';
import type { CalendarDate, CreatorId, SyncId } from '#libs/kernel';
import { Watermark } from '#libs/messaging';
import { sql } from '#libs/persistence';
import { aCreatorId } from '#libs/testing';
import type { Standing } from '../../src/domain/standing/standing.ts';
import { DecisionRepository } from '../../src/persistence/decision.repository.ts';
import { ProgramRepository } from '../../src/persistence/program.repository.ts';
import { ProgrammeDateRepository } from '../../src/persistence/programme-date.repository.ts';
import { StandingRepository } from '../../src/persistence/standing.repository.ts';
import { ApplyReachedSync } from '../../src/use-cases/apply-reached-sync.ts';
import { SaveCreators } from '../../src/use-cases/save-creators.ts';
import { aProgram, CreatorHistory, differencesOf, type Sales } from '../creator-history.ts';
import { told, type DecisionFigures } from '../histories/outcome.ts';
import { ClientUnderTest, type ServiceUnderTest } from '../service-under-test.ts';
import type { DrawnRace } from './draw-race.ts';
import type { Race } from './serial-orders.ts';
import type { Turns } from './turns.ts';

/** Enough for two syncs, and for a look in vain at each. */
const RUNS_OF_A_RECONCILER = 4;

/** A creator on Postgres and the same by the rules alone, up to the moment where the race begins. */
export class RacingCreator {
  readonly #service: ServiceUnderTest;
  readonly #client: ClientUnderTest;
  readonly #creatorId: CreatorId = aCreatorId();
  readonly #drawn: DrawnRace;
  readonly #before: CreatorHistory;
  readonly #racing: { sync: ReturnType<ClientUnderTest['salesOf']>; date: CalendarDate; sales: Sales | undefined }[] =
    [];
  readonly #given: ({ id: string; on: string } | 'refused' | undefined)[];

  private constructor(service: ServiceUnderTest, drawn: DrawnRace) {
    this.#service = service;
    this.#drawn = drawn;
    this.#client = new ClientUnderTest(service);
    this.#before = new CreatorHistory(programOf(drawn));
    this.#given = drawn.adjustments.map(() => undefined);
  }

  static async atTheStart(service: ServiceUnderTest, drawn: DrawnRace): Promise<RacingCreator> {
    const creator = new RacingCreator(service, drawn);
    await creator.#client.publish(programOf(drawn));
    for (const { date, sales } of drawn.before) {
      const sync = creator.#salesOf(date, sales);
      await creator.#client.apply(sync.events);
      await creator.#client.complete(sync.completed);
      await creator.#client.reach();
      creator.#before.book(bookedBy(sync, sales));
    }
    for (const { date, sales } of drawn.racing)
      creator.#racing.push({ sync: creator.#salesOf(date, sales), date, sales });
    return creator;
  }

  race(): Race {
    const before = this.#drawn.before;
    return {
      before: this.#before,
      today: { date: before.at(-1)!.date, syncSequence: before.length },
      syncs: this.#racing.map(({ sync, date, sales }) => ({
        date,
        sales: sales === undefined ? undefined : bookedBy(sync, sales),
      })),
      adjustments: this.#drawn.adjustments,
    };
  }

  /** Everybody who touches the creator at once: the consumer, two processes' reconcilers, an admin for each adjustment. */
  participants(): Map<string, () => Promise<unknown>> {
    const works = new Map<string, () => Promise<unknown>>();
    works.set('consumer', async () => {
      for (const { sync } of this.#racing) {
        if (sync.events.length > 0) await this.#client.apply(sync.events);
        await this.#client.complete(sync.completed);
      }
    });
    for (const name of ['reconciler', 'other reconciler'])
      works.set(name, async () => {
        for (let run = 0; run < RUNS_OF_A_RECONCILER; run += 1)
          await this.#service.get(ApplyReachedSync).execute(this.#client.clientId);
      });
    for (const index of this.#drawn.adjustments.keys()) works.set(`admin ${index + 1}`, () => this.#adjust(index));
    return works;
  }

  async #adjust(index: number): Promise<void> {
    const { value, effectiveOn } = this.#drawn.adjustments[index]!;
    try {
      const { adjustment } = await this.#client.adjust(this.#creatorId, {
        units: Number(value),
        effectiveDate: effectiveOn,
      });
      this.#given[index] = { id: adjustment.id, on: adjustment.effectiveOn };
    } catch (error) {
      if (!(error instanceof LaurelError) || error.code !== 'adjustment.date_out_of_range') throw error;
      this.#given[index] = 'refused';
    }
  }

  /** Lets what is left come to its end, and tells it in the words of `tellByRules`. */
  async end(): Promise<string> {
    await this.#client.reach();
    return this.#client.inTenant(async (tx) => {
      const standings = await this.#service.get(StandingRepository).lock(tx, [this.#creatorId]);
      const decisions = await this.#service.get(DecisionRepository).list(tx, this.#creatorId, 0, 100);
      const numbers = await tx.many<{ id: string; number: string }>(sql`
        SELECT id, number FROM tier_evaluation.adjustment WHERE client_id = ${tx.clientId}`);
      const ledger = await tx.many<{ line: string }>(sql`
        SELECT concat_ws(' ', booked_on, effective_on, sync_sequence, adjustment_number, value) AS line
        FROM tier_evaluation.day_entry WHERE client_id = ${tx.clientId}`);
      const numberOf = (id: string) => numbers.find((one) => one.id === id)?.number;
      return inWords({
        standing: standings.get(this.#creatorId),
        decisions: decisions.map((decision) => {
          const { cause } = decision;
          const by = cause?.kind === 'adjustment' ? `adjustment ${numberOf(cause.adjustmentId)}` : 'sync';
          return { ...decision, cause: decision.kind === 'checkpoint' ? 'its sync' : by };
        }),
        ledger: ledger.map(({ line }) => line),
        given: this.#given.map((given) => (typeof given === 'object' ? given.on : given)),
      });
    });
  }

  /** A tier.changed and a checkpoint.evaluated for every decision that is one, in gapless versions. */
  async events(): Promise<{ changes: number[]; checkpoints: number[] }> {
    const events = (await this.#client.outbox()).filter(({ aggregateid }) => aggregateid === this.#creatorId);
    const versions = (of: string) => events.filter(({ type }) => type === of).map((event) => event.aggregateversion);
    return { changes: versions('laurel.tier.changed.v1'), checkpoints: versions('laurel.checkpoint.evaluated.v1') };
  }

  #salesOf(date: CalendarDate, sales: Sales | undefined) {
    return this.#client.salesOf(date, new Map(sales === undefined ? [] : [[this.#creatorId, sales]]));
  }
}

export function tellByRules(stage: {
  readonly creator: CreatorHistory;
  readonly given: readonly (string | undefined)[];
}): string {
  const { standing, decisions, ledger } = stage.creator;
  return inWords({
    standing,
    decisions: decisions.map((decision) => {
      if (decision.kind === 'checkpoint') return { ...decision, cause: 'its sync' };
      const { cause } = decision;
      const by = cause.kind === 'adjustment' ? `adjustment ${Number(cause.adjustmentId.slice(-12))}` : 'sync';
      return { ...decision, cause: by };
    }),
    ledger: ledger.map((entry) =>
      [entry.bookedOn, entry.effectiveOn, entry.syncSequence, entry.adjustmentNumber, entry.value].join(' '),
    ),
    given: stage.given,
  });
}

interface Told {
  readonly standing: Standing | undefined;
  readonly decisions: readonly (DecisionFigures & { readonly cause: string })[];
  readonly ledger: readonly string[];
  readonly given: readonly (string | undefined)[];
}

function inWords({ standing, decisions, ledger, given }: Told): string {
  const { window, ...figures } = standing ?? {};
  const { start, due, anchor, number, months } = window ?? {};
  const plain = {
    ...figures,
    start,
    due,
    anchor,
    number,
    months,
    decisions: decisions.map(told),
    ledger: ledger.toSorted(),
    given,
  };
  return JSON.stringify(plain, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value), 1);
}

function programOf({ checkpointMonths, attribution }: DrawnRace) {
  return aProgram({ checkpointMonths, attribution });
}

function bookedBy({ events }: ReturnType<ClientUnderTest['salesOf']>, sales: Sales) {
  const { data } = events[0]!;
  const businessDate = data.businessDate as CalendarDate;
  return {
    syncId: data.syncId as SyncId,
    syncSequence: data.syncSequence,
    businessDate,
    previousBusinessDate: data.previousBusinessDate as CalendarDate | null,
    differences: differencesOf(sales, businessDate),
  };
}

/** Gates where transactions begin and before they commit, and where their locks are taken. */
export function placeGates(service: ServiceUnderTest, turns: Turns): void {
  const { database } = service;
  const inTransaction = database.inTransaction.bind(database);
  jest.spyOn(database, 'inTransaction').mockImplementation(async (work, options) => {
    await turns.gate('begins');
    return inTransaction(async (tx) => {
      const answer = await work(tx);
      await turns.gate('commits');
      return answer;
    }, options);
  });
  gateBefore(service.get(ProgramRepository), 'inForce', turns);
  gateBefore(service.get(ProgrammeDateRepository), 'today', turns);
  gateBefore(service.get(ProgrammeDateRepository), 'lockToday', turns);
  gateBefore(service.get(StandingRepository), 'lock', turns);
  gateBefore(service.get(StandingRepository), 'lockDue', turns);
  gateBefore(service.get(SaveCreators), 'execute', turns);
  gateBefore(service.get(Watermark), 'markApplied', turns);
}

function gateBefore<Name extends string>(
  of: { [name in Name]: (...given: never[]) => Promise<unknown> },
  name: Name,
  turns: Turns,
): void {
  const object = of as unknown as Record<string, (...given: unknown[]) => Promise<unknown>>;
  const real = object[name]!.bind(of);
  jest.spyOn(object, name).mockImplementation(async (...given: unknown[]) => {
    await turns.gate(name);
    return real(...given);
  });
}
