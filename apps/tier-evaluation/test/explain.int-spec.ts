import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LaurelError } from '#libs/contracts';
import { addDays, type CreatorId, type SyncId } from '#libs/kernel';
import { sql } from '#libs/persistence';
import { aCreatorId } from '#libs/testing';
import pg from 'pg';
import { FILL } from '../src/migrations/1795450000001-what-decisions-knew.ts';
import { ExplainTier, type ExplainedTier } from '../src/use-cases/explain-tier.ts';
import { PromoteUnderNewProgram } from '../src/use-cases/promote-under-new-program.ts';
import type { TierReading } from '../src/use-cases/read-tier.ts';
import { RegisterClients } from '../src/use-cases/register-clients.ts';
import { RegisterCreators } from '../src/use-cases/register-creators.ts';
import { aProgram, day, type Sales } from './creator-history.ts';
import { ClientUnderTest, startServiceUnderTest, type ServiceUnderTest } from './service-under-test.ts';

const CREATORS = 3;
const FIRST_DAY = day('2024-01-31');

const sales = fc.option(
  fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 60 }), fc.bigInt(-900n, 1_800n)), {
    minLength: 1,
    maxLength: 3,
  }),
  { nil: undefined },
);
const step = fc.record({
  afterDays: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 60 })),
  sales: fc.array(sales, { minLength: CREATORS, maxLength: CREATORS }),
  /** Whether this sync is handed over together with the next, and its watermark comes with that one's. */
  joined: fc.boolean(),
  adjustments: fc.array(fc.tuple(fc.nat(CREATORS - 1), fc.bigInt(-1_500n, 1_500n), fc.integer({ min: 0, max: 50 })), {
    maxLength: 2,
  }),
  program: fc.option(fc.record({ checkpointMonths: fc.integer({ min: 1, max: 4 }), percent: fc.bigInt(40n, 160n) }), {
    nil: undefined,
    freq: 5,
  }),
});

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

interface Snapshot {
  readonly asOf: string;
  /** Null: the end of the day, with what came after its last sync. */
  readonly knownAt: SyncId | null;
  readonly readings: ReadonlyMap<CreatorId, TierReading>;
}

let service: ServiceUnderTest;

beforeAll(async () => {
  service = await startServiceUnderTest();
});
afterAll(() => service.close());

/** A client whose history is played on Postgres, with what was read of its creators on the way. */
class PlayedClient {
  readonly client = new ClientUnderTest(service);
  readonly creators = Array.from({ length: CREATORS }, aCreatorId);
  readonly snapshots: Snapshot[] = [];
  readonly #ends = new Map<string, Snapshot>();
  #version = 1;

  async play(steps: readonly Step[], terms: Parameters<typeof aProgram>[0]): Promise<void> {
    const program = aProgram(terms);
    await this.client.publish(program);
    await this.#onboard();
    let date = FIRST_DAY;
    let waiting: ReturnType<ClientUnderTest['salesOf']>[] = [];
    for (const [place, { afterDays, sales: drawn, joined, adjustments, program: change }] of steps.entries()) {
      date = addDays(date, afterDays);
      waiting.push(this.client.salesOf(date, this.#salesOn(date, drawn)));
      // The day is not over: this sync is of it too, and may be handed over only with one of a later day.
      this.#ends.delete(date);
      if (joined && place < steps.length - 1) continue;
      const last = await this.#deliver(waiting);
      waiting = [];
      await this.#snapshot(date, last);
      if (change !== undefined) await this.#publish(program, change);
      for (const [index, value, age] of adjustments) await this.#adjust(index, value, addDays(date, -age));
      await this.#snapshot(date, null);
    }
    this.snapshots.push(...this.#ends.values());
  }

  /** The first creator is told of by ingestion, the others' sales come first. */
  #onboard(): Promise<void> {
    const [creatorId] = this.creators;
    if (creatorId === undefined) throw new Error('there are creators');
    return this.client.inTenant(async (tx) => {
      await service.get(RegisterClients).execute([tx.clientId], tx);
      await service.get(RegisterCreators).execute([{ creatorId, onboardedOn: FIRST_DAY }], tx);
    });
  }

  #salesOn(date: string, drawn: Step['sales']): Map<CreatorId, Sales> {
    const brought = new Map<CreatorId, Sales>();
    for (const [index, ofCreator] of drawn.entries()) {
      const creatorId = this.creators[index];
      if (ofCreator === undefined || creatorId === undefined) continue;
      const differences = ofCreator.map(
        ([first, age, value]) => [`${first ? '+' : ''}${addDays(day(date), -age)}`, value] as const,
      );
      brought.set(creatorId, Object.fromEntries(differences));
    }
    return brought;
  }

  async #deliver(syncs: readonly ReturnType<ClientUnderTest['salesOf']>[]): Promise<SyncId> {
    const events = syncs.flatMap((sync) => sync.events);
    if (events.length > 0) await this.client.apply(events);
    for (const { completed } of syncs) await this.client.complete(completed);
    await this.client.reach();
    const last = syncs.at(-1);
    if (last === undefined) throw new Error('there is a sync to deliver');
    return last.syncId;
  }

  async #publish(program: ReturnType<typeof aProgram>, change: NonNullable<Step['program']>): Promise<void> {
    const thresholds = [0n, 1_000n, 2_000n, 3_000n].map((threshold) => (threshold * change.percent) / 100n);
    const { tiers } = aProgram({ thresholds });
    await this.client.publish({ ...program, tiers, checkpointMonths: change.checkpointMonths }, this.#version);
    this.#version += 1;
    await service.get(PromoteUnderNewProgram).execute(this.client.clientId);
  }

  async #adjust(index: number, value: bigint, effectiveDate: string): Promise<void> {
    const creatorId = this.creators[index];
    if (creatorId === undefined || (await this.client.tier(creatorId)) === undefined) return;
    try {
      await this.client.adjust(creatorId, { units: Number(value), effectiveDate: day(effectiveDate) });
    } catch (error) {
      if (!(error instanceof LaurelError) || error.code !== 'adjustment.date_out_of_range') throw error;
    }
  }

  async #snapshot(asOf: string, knownAt: SyncId | null): Promise<void> {
    const readings = new Map<CreatorId, TierReading>();
    for (const creatorId of this.creators) {
      const reading = await this.client.tier(creatorId);
      if (reading !== undefined) readings.set(creatorId, reading);
    }
    const snapshot = { asOf, knownAt, readings };
    if (knownAt === null) this.#ends.set(asOf, snapshot);
    else this.snapshots.push(snapshot);
  }

  async explain(creatorId: CreatorId, asOf: string | null, knownAt: SyncId | null): Promise<ExplainedTier> {
    const view = { asOf: asOf === null ? null : day(asOf), knownAt };
    const explained = await service.get(ExplainTier).execute(this.client.clientId, creatorId, view);
    if (explained === undefined) throw new Error('the creator is known');
    return explained;
  }

  async expectDecisionsAgain(): Promise<void> {
    for (const creatorId of this.creators) {
      if ((await this.client.tier(creatorId)) === undefined) continue;
      for (const { told } of (await this.explain(creatorId, null, null)).decisions) {
        const knownAt = told.cause?.kind === 'sync' ? told.cause.syncId : null;
        const { decisions } = await this.explain(creatorId, told.decidedFor, knownAt);
        const { value, threshold, outcome, number } = told;
        const again = decisions.find((decision) => decision.told.number === number);
        expect(again).toMatchObject({ agrees: true, told, recomputed: { value, threshold, outcome } });
      }
    }
  }
}

/** Of a standing what rows tell: the date a creator was handled up to leaves none. */
function stateOf({ standing, outlook, program }: Pick<TierReading, 'standing' | 'outlook' | 'program'>) {
  const { bookedThrough: _through, syncSequence: _sequence, programVersion: _applied, ...told } = standing;
  return { ...told, outlook, programVersion: program.version };
}

describe('explaining what was played on Postgres', () => {
  it.each([
    ['ledger', { checkpointMonths: 1 }],
    ['post_date', { checkpointMonths: 2, attribution: 'post_date' }],
  ] as const)('gives what was read on the way, and each decision again: %s', async (_name, terms) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 10 }), async (steps) => {
        const played = new PlayedClient();
        await played.play(steps, terms);
        for (const { asOf, knownAt, readings } of played.snapshots) {
          for (const [creatorId, reading] of readings) {
            expect(stateOf(await played.explain(creatorId, asOf, knownAt))).toEqual(stateOf(reading));
          }
        }
        await played.expectDecisionsAgain();
      }),
      { numRuns: 8, endOnFailure: true },
    );
  });

  it('gives the present standing when no date is asked for', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 10 }), async (steps) => {
        const played = new PlayedClient();
        await played.play(steps, { checkpointMonths: 1 });
        for (const creatorId of played.creators) {
          const reading = await played.client.tier(creatorId);
          if (reading !== undefined)
            expect(stateOf(await played.explain(creatorId, null, null))).toEqual(stateOf(reading));
        }
      }),
      { numRuns: 3, endOnFailure: true },
    );
  });
});

describe('rows of before decisions said what they knew', () => {
  it('are filled so that each decision can be made again', async () => {
    const played = new PlayedClient();
    const quiet = { joined: false, adjustments: [], program: undefined };
    const bought = (value: bigint): Step['sales'] => [[[false, 0, value]], undefined, [[true, 20, value]]];
    await played.play(
      [
        { ...quiet, afterDays: 0, sales: bought(900n) },
        { ...quiet, afterDays: 7, sales: bought(50n), adjustments: [[0, 60n, 3]] },
        { ...quiet, afterDays: 7, sales: bought(10n), program: { checkpointMonths: 1, percent: 50n } },
        {
          ...quiet,
          afterDays: 40,
          sales: bought(20n),
          adjustments: [
            [2, -30n, 5],
            [0, 700n, 0],
          ],
        },
        { ...quiet, afterDays: 40, sales: [undefined, undefined, undefined] },
        { ...quiet, afterDays: 40, sales: bought(1_600n) },
      ],
      { checkpointMonths: 1 },
    );
    const read = () =>
      played.client.inTenant((tx) =>
        tx.many(
          sql`SELECT creator_id, number, adjustment_number FROM tier_evaluation.decision ORDER BY creator_id, number`,
        ),
      );
    const before = await read();
    const owner = new pg.Client({ connectionString: service.testDatabase.ownerUrl('tier-evaluation') });
    await owner.connect();
    await owner.query(FILL);
    await owner.end();
    expect(before.length).toBeGreaterThan(6);
    expect(await read()).toEqual(before);
    await played.expectDecisionsAgain();
  });
});
