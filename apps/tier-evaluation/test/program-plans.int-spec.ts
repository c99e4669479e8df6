import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDays, type CalendarDate, type CreatorId } from '#libs/kernel';
import { sql } from '#libs/persistence';
import { aCreatorId } from '#libs/testing';
import type { ProgramPlan, TierOutlook } from '../src/domain/program/program-plan.ts';
import { programOf, type Program, type ProgramTerms } from '../src/domain/program/program.ts';
import { promotionValue } from '../src/domain/standing/standing.ts';
import { ChangeBetweenSyncs } from '../src/use-cases/change-between-syncs.ts';
import { PromoteUnderNewProgram } from '../src/use-cases/promote-under-new-program.ts';
import { ReadDecisions } from '../src/use-cases/read-decisions.ts';
import { aProgram, CreatorHistory, day, type Sales } from './creator-history.ts';
import { ClientUnderTest, startServiceUnderTest, type ServiceUnderTest } from './service-under-test.ts';

const CREATORS = 6;

const sales = fc.option(
  fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 60 }), fc.bigInt(-600n, 1_500n)), {
    minLength: 1,
    maxLength: 2,
  }),
  { nil: undefined, freq: 3 },
);
/** A sync, and perhaps a new version after it. Tiers are only ever added, on top. */
const step = fc.record({
  afterDays: fc.integer({ min: 0, max: 40 }),
  sales: fc.array(sales, { minLength: CREATORS, maxLength: CREATORS }),
  adjustment: fc.option(fc.tuple(fc.nat({ max: CREATORS - 1 }), fc.bigInt(-900n, 900n)), { nil: undefined, freq: 3 }),
  change: fc.option(
    fc.record({
      months: fc.integer({ min: 1, max: 5 }),
      first: fc.bigInt(1n, 1_500n),
      apart: fc.bigInt(1n, 1_200n),
      added: fc.boolean(),
    }),
    { nil: undefined, freq: 2 },
  ),
});

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

let service: ServiceUnderTest;

beforeAll(async () => {
  service = await startServiceUnderTest();
});
afterAll(() => service.close());

/** One client on Postgres, and each of its creators in memory by the rules alone. */
class World {
  readonly client = new ClientUnderTest(service);
  readonly creators = new Map<CreatorId, CreatorHistory>();
  program: Program;
  today: CalendarDate = day('2025-01-31');
  readonly #met = new Set<CreatorId>();

  constructor(terms: ProgramTerms) {
    this.program = programOf(1, null, terms);
    for (let each = 0; each < CREATORS; each += 1) this.creators.set(aCreatorId(), new CreatorHistory(this.program));
  }

  async sync({ afterDays, sales: drawn, adjustment }: Step): Promise<void> {
    this.today = addDays(this.today, afterDays);
    const brought = new Map<CreatorId, Sales>();
    [...this.creators].forEach(([creatorId, history], place) => {
      const own = drawn[place]?.map(
        ([first, age, value]) => [`${first ? '+' : ''}${addDays(this.today, -age)}`, value] as const,
      );
      if (own !== undefined) brought.set(creatorId, Object.fromEntries(own));
      history.sync(this.today, brought.get(creatorId));
    });
    await this.client.sync(this.today, brought);
    for (const creatorId of brought.keys()) this.#met.add(creatorId);
    const [creatorId, history] = [...this.creators][adjustment?.[0] ?? 0] ?? [];
    if (!adjustment || creatorId === undefined || !this.#met.has(creatorId)) return;
    history?.adjust(this.today, adjustment[1]);
    await this.client.adjust(creatorId, { units: Number(adjustment[1]) });
  }

  plan(terms: ProgramTerms): Promise<ProgramPlan> {
    const wanted = { terms, expected: this.program.version };
    return service.get(ChangeBetweenSyncs).plan(this.client.clientId, wanted);
  }

  async apply(terms: ProgramTerms): Promise<void> {
    const wanted = { terms, expected: this.program.version };
    await service.get(ChangeBetweenSyncs).publish(this.client.clientId, wanted);
    await service.get(PromoteUnderNewProgram).execute(this.client.clientId);
    this.program = programOf(this.program.version + 1, this.today, terms);
    for (const history of this.creators.values()) history.publish(this.program).reach();
  }

  /** What the rules make of every creator's window under a ladder: `tier open->projected`. */
  windows(program: Program): string[] {
    return [...this.creators.values()].flatMap(({ standing, ledger }) => {
      const { window } = standing;
      if (window === null || window.due === null) return [];
      const { start, due } = window;
      const inside = ledger.filter((entry) => entry.effectiveOn >= start && entry.effectiveOn < due);
      const value = inside.reduce((sum, entry) => sum + entry.value, -standing.opening);
      const lifted = program.ladder.highestReachedBy(promotionValue(standing)) > standing.tier;
      const projected = lifted ? 'replaced' : program.ladder.highestReachedBy(value);
      return [`${standing.tier}->${projected}`];
    });
  }

  /** What the version's publication has done, by the decision rows. */
  async promotions(version: number): Promise<{ lifted: string[]; dates: Set<string> }> {
    const lifted: string[] = [];
    const dates = new Set<string>();
    for (const creatorId of this.creators.keys()) {
      for (const made of await service.get(ReadDecisions).execute(this.client.clientId, creatorId, 0, 200)) {
        if (made.cause?.kind !== 'program' || made.programVersion !== version) continue;
        lifted.push(`${made.tierBefore}->${made.tierAfter}`);
        dates.add(made.decidedFor);
      }
    }
    return { lifted: lifted.sort(), dates };
  }
}

function termsOf(change: NonNullable<Step['change']>, before: Program): ProgramTerms {
  const tiers = Math.min(6, before.tiers.length + (change.added ? 1 : 0));
  const above = Array.from({ length: tiers - 1 }, (_, place) => change.first + change.apart * BigInt(place));
  return { ...aProgram({ thresholds: [0n, ...above] }), ...frozen(before), checkpointMonths: change.months };
}

const frozen = ({ attribution, mode }: Program) => ({ attribution, mode });

function spelled(outlook: TierOutlook, version: 'current' | 'next'): string[] {
  const counts = version === 'current' ? outlook.currentByTier : outlook.nextByTier;
  const each = [...counts].flatMap(([tier, creators]) => Array<string>(creators).fill(`${outlook.tier}->${tier}`));
  const replaced = version === 'next' ? outlook.next.replaced : 0;
  return [...each, ...Array<string>(replaced).fill(`${outlook.tier}->replaced`)];
}

function all(plan: ProgramPlan, version: 'current' | 'next'): string[] {
  return plan.windowsByTier.flatMap((outlook) => spelled(outlook, version)).sort();
}

/** The old version promotes nobody: it has reached everybody. */
async function checkChange(world: World, terms: ProgramTerms): Promise<void> {
  const next = programOf(world.program.version + 1, world.today, terms);
  const planned = await world.plan(terms);
  expect(all(planned, 'current')).toEqual(world.windows(world.program).sort());
  expect(all(planned, 'next')).toEqual(world.windows(next).sort());
  const before = new Map([...world.creators].map(([id, { standing }]) => [id, standing]));
  await world.apply(terms);
  const { lifted, dates } = await world.promotions(next.version);
  const told = planned.promotions.flatMap(({ from, to, creators }) => Array<string>(creators).fill(`${from}->${to}`));
  expect(told.sort()).toEqual(lifted);
  expect([...dates]).toEqual(lifted.length === 0 ? [] : [world.today]);
  for (const [creatorId, history] of world.creators) {
    const now = (await world.client.tier(creatorId))?.standing;
    if (now === undefined) continue;
    const volatile = { bookedThrough: null, programVersion: 0 };
    expect({ ...now, ...volatile }).toEqual({ ...history.standing, ...volatile });
    const was = before.get(creatorId);
    expect(now.tier).toBeGreaterThanOrEqual(was?.tier ?? 1);
    if (now.tier === was?.tier) expect(now.window).toEqual(was.window);
  }
}

describe('what a dry run says', () => {
  it.each([
    ['ledger', 'checkpoint'],
    ['post_date', 'checkpoint'],
    ['ledger', 'lifetime'],
  ] as const)(
    'is what applying does, and what the rules say: %s, %s',
    async (attribution, mode) => {
      let changes = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 12 }), async (steps) => {
          const world = new World({ ...aProgram({ attribution, mode }) });
          await world.client.publish(world.program);
          for (const taken of steps) {
            await world.sync(taken);
            if (taken.change === undefined) continue;
            changes += 1;
            await checkChange(world, termsOf(taken.change, world.program));
          }
        }),
        { numRuns: 10 },
      );
      expect(changes).toBeGreaterThan(8);
    },
    180_000,
  );

  it('changes nothing', async () => {
    const world = new World(aProgram());
    await world.client.publish(world.program);
    const brought = new Map([...world.creators.keys()].map((creator, place) => [creator, BigInt(400 * (place + 1))]));
    await world.client.sync('2025-02-01', brought);
    const rows = () =>
      world.client.inTenant((tx) =>
        tx.many(sql`
          SELECT 'standing' AS of, md5(string_agg(s::text, '|' ORDER BY creator_id)) FROM tier_evaluation.standing s
          UNION ALL SELECT 'decision', count(*)::text FROM tier_evaluation.decision
          UNION ALL SELECT 'program', count(*)::text FROM tier_evaluation.program
          UNION ALL SELECT 'in force', string_agg(c::text, '|') FROM tier_evaluation.client_program c
          UNION ALL SELECT 'outbox', count(*)::text FROM tier_evaluation.outbox`),
      );
    const before = await rows();
    const plan = await world.plan(aProgram({ thresholds: [0n, 400n, 800n, 1_200n, 1_600n] }));
    expect(plan.promotions).toEqual([
      { from: 1, to: 2, creators: 1 },
      { from: 1, to: 3, creators: 1 },
      { from: 2, to: 4, creators: 1 },
      { from: 2, to: 5, creators: 1 },
      { from: 3, to: 5, creators: 2 },
    ]);
    expect(plan.program.version).toBe(2);
    expect(await rows()).toEqual(before);
  });

  it('leaves parked creators out, as applying does, and counts them', async () => {
    const world = new World(aProgram());
    await world.client.publish(world.program);
    const [parked, other] = [...world.creators.keys()];
    if (parked === undefined || other === undefined) throw new Error('a world has creators');
    const brought = new Map([parked, other].map((creator) => [creator, 1_500n]));
    await world.client.sync('2025-02-01', brought);
    await service.database.inTransaction((tx) =>
      tx.execute(sql`
        INSERT INTO tier_evaluation.parked_key (consumer, client_id, aggregate_id, nature, reason)
        VALUES ('tier-evaluation.apply-creator-sales', ${world.client.clientId}, ${parked}, 'difference', 'a test')`),
    );
    const terms = aProgram({ thresholds: [0n, 500n, 1_500n, 3_000n] });
    const plan = await world.plan(terms);
    expect(plan).toMatchObject({ setAside: 1, promotions: [{ from: 2, to: 3, creators: 1 }], windows: { open: 1 } });
    await world.apply(terms);
    expect((await world.client.tier(other))?.standing.tier).toBe(3);
    expect((await world.client.tier(parked))?.standing.tier).toBe(2);
  });

  it('is refused as the publication itself would be', async () => {
    const world = new World(aProgram());
    const change = service.get(ChangeBetweenSyncs);
    const { clientId } = world.client;
    const first = await change.plan(clientId, { terms: world.program, expected: undefined });
    expect(first).toMatchObject({ before: undefined, program: { version: 1 }, promotions: [], windows: { open: 0 } });
    const bothRefuse = async (given: Parameters<typeof change.plan>[1], code: string) => {
      await expect(change.plan(clientId, given)).rejects.toMatchObject({ code });
      await expect(change.publish(clientId, given)).rejects.toMatchObject({ code });
    };
    await bothRefuse({ terms: world.program, expected: 1 }, 'precondition.failed');
    await world.client.publish(world.program);
    await world.client.sync('2025-02-01', new Map([[aCreatorId(), 1_000n]]));
    const fewer = aProgram({ tiers: aProgram().tiers.slice(0, 3) });
    await bothRefuse({ terms: aProgram({ metric: 'sales' }), expected: 1 }, 'program.frozen_field');
    await bothRefuse({ terms: fewer, expected: 1 }, 'program.tier_in_use');
    await bothRefuse({ terms: fewer, expected: undefined }, 'precondition.required');
    await bothRefuse({ terms: fewer, expected: 2 }, 'precondition.failed');
  });
});
