import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDays, type CreatorId } from '#libs/kernel';
import { aCreatorId } from '#libs/testing';
import type { DuePosition } from '../src/persistence/open-window.repository.ts';
import { ListReviews, type ReviewAhead, type ReviewFilter } from '../src/use-cases/list-reviews.ts';
import { OUTCOMES } from '../src/domain/standing/projection.ts';
import { aProgram, day, GOLD, PLATINUM, SILVER, type Sales } from './creator-history.ts';
import { ClientUnderTest, startServiceUnderTest, type ServiceUnderTest } from './service-under-test.ts';

const EVERYTHING: ReviewFilter = { dueBefore: undefined, projected: undefined, tier: undefined };

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

/** All pages of a list, the last one first known by its missing next place. */
async function listed(
  filter: Partial<ReviewFilter> = {},
  options: { limit?: number; examined?: number } = {},
): Promise<{ reviews: ReviewAhead[]; pages: number[] }> {
  const reviews: ReviewAhead[] = [];
  const pages: number[] = [];
  let after: DuePosition | undefined;
  do {
    const page = { after, limit: options.limit ?? 200 };
    const answered = await service
      .get(ListReviews)
      .execute(client.clientId, { ...EVERYTHING, ...filter }, page, options.examined);
    reviews.push(...answered.reviews);
    pages.push(answered.reviews.length);
    after = answered.next;
  } while (after !== undefined);
  return { reviews, pages };
}

/** The same by reading every creator’s tier. */
async function bruteForce(creators: readonly CreatorId[], filter: ReviewFilter): Promise<unknown[]> {
  const found: { dueDate: string; creatorId: string }[] = [];
  for (const creatorId of creators) {
    const reading = await client.tier(creatorId);
    const { window, tier } = reading?.standing ?? { window: null, tier: 1 };
    const { keep, checkpointValue: value, projectedTier = 1 } = reading?.outlook ?? {};
    if (!window?.due || !keep) continue;
    const projected = projectedTier < tier ? 'demoted' : projectedTier > tier ? 'promoted' : 'maintained';
    if (filter.dueBefore !== undefined && window.due >= filter.dueBefore) continue;
    if (filter.projected !== undefined && filter.projected !== projected) continue;
    if (filter.tier !== undefined && filter.tier !== tier) continue;
    const dates = { windowStart: window.start, dueDate: window.due };
    found.push({ creatorId, tier, ...dates, value, ...keep, projectedTier, projected } as (typeof found)[number]);
  }
  return found.sort((a, b) => (a.dueDate + a.creatorId < b.dueDate + b.creatorId ? -1 : 1));
}

/** V of an open window without P: what an old video loses lowers P alone when entries are dated by their videos. */
const credited = (date: string, value: bigint): Sales => ({ [date]: value, '2024-01-01': -value });

async function withPostDates(): Promise<void> {
  client = new ClientUnderTest(service);
  await client.publish(aProgram({ attribution: 'post_date' }));
}

const history = fc.record({
  months: fc.integer({ min: 1, max: 3 }),
  attribution: fc.constantFrom('ledger' as const, 'post_date' as const),
  syncs: fc.array(
    fc.record({
      afterDays: fc.integer({ min: 0, max: 25 }),
      sales: fc.array(fc.option(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.bigInt(-300n, 2_500n)), { freq: 3 }), {
        minLength: 14,
        maxLength: 14,
      }),
    }),
    { minLength: 2, maxLength: 6 },
  ),
  filters: fc.array(
    fc.record({
      dueBefore: fc.option(fc.integer({ min: 20, max: 160 }), { nil: undefined, freq: 2 }),
      projected: fc.option(fc.constantFrom('demoted' as const, 'maintained' as const, 'promoted' as const), {
        nil: undefined,
        freq: 2,
      }),
      tier: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined, freq: 2 }),
      limit: fc.integer({ min: 1, max: 6 }),
      examined: fc.integer({ min: 1, max: 9 }),
    }),
    { minLength: 6, maxLength: 6 },
  ),
});

describe('reviews ahead', () => {
  it('are what everybody’s own tier says, in the order of due dates, however they are filtered and paged', async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(history, async ({ months, attribution, syncs, filters }) => {
        client = new ClientUnderTest(service);
        await client.publish(aProgram({ checkpointMonths: months, attribution }));
        const creators = Array.from({ length: 14 }, aCreatorId);
        const start = day('2025-01-31');
        let date = start;
        for (const { afterDays, sales } of syncs) {
          date = addDays(date, afterDays);
          const brought = new Map<CreatorId, Sales>();
          creators.forEach((creator, place) => {
            const own = sales[place];
            if (own) brought.set(creator, { [addDays(date, -own[0])]: own[1] });
          });
          await client.sync(date, brought);
        }
        for (const { dueBefore, limit, examined, ...rest } of filters) {
          const filter = { ...rest, dueBefore: dueBefore === undefined ? undefined : addDays(start, dueBefore) };
          const { reviews, pages } = await listed(filter, { limit, examined });
          const expected = await bruteForce(creators, filter);
          expect(reviews).toEqual(expected);
          expect(Math.max(...pages)).toBeLessThanOrEqual(limit);
          compared += expected.length;
        }
      }),
      { numRuns: 10 },
    );
    expect(compared).toBeGreaterThan(50);
  });

  it.each([
    [1_999n, 'demoted', SILVER, 1n],
    [2_000n, 'maintained', GOLD, 0n],
    [2_001n, 'maintained', GOLD, 0n],
    [2_999n, 'maintained', GOLD, 0n],
    [3_000n, 'promoted', PLATINUM, 0n],
    [-1n, 'demoted', 1, 2_001n],
  ] as const)('of Gold with V = %d: %s', async (value, projected, projectedTier, missing) => {
    await withPostDates();
    const creator = aCreatorId();
    await client.sync('2025-01-15', new Map([[creator, 2_000n]]));
    await client.sync('2025-01-20', new Map([[creator, credited('2025-01-20', value)]]));
    for (const outcome of OUTCOMES) {
      const review = { creatorId: creator, tier: GOLD, value, threshold: 2_000n, missing, projectedTier, projected };
      expect((await listed({ projected: outcome })).reviews).toEqual(
        outcome === projected ? [expect.objectContaining(review)] : [],
      );
    }
  });

  it('are those due before a date, which is not in it', async () => {
    const creator = aCreatorId();
    await client.sync('2025-01-15', new Map([[creator, 1_000n]]));
    expect((await listed({ dueBefore: day('2025-05-15') })).reviews).toEqual([]);
    expect((await listed({ dueBefore: day('2025-05-16') })).reviews).toMatchObject([
      {
        creatorId: creator,
        tier: SILVER,
        windowStart: '2025-01-15',
        dueDate: '2025-05-15',
        value: 0n,
        missing: 1_000n,
      },
    ]);
  });

  it('are none without a program, without creators, in tier 1 and in lifetime mode', async () => {
    expect((await listed()).reviews).toEqual([]);
    await client.sync('2025-01-15', new Map([[aCreatorId(), 999n]]));
    expect((await listed()).reviews).toEqual([]);
    client = new ClientUnderTest(service);
    expect((await listed()).reviews).toEqual([]);
    await client.publish(aProgram({ mode: 'lifetime' }));
    await client.sync('2025-01-15', new Map([[aCreatorId(), 2_000n]]));
    expect((await listed()).reviews).toEqual([]);
  });

  it('look at a bounded number of windows in a request, and go on where they ended', async () => {
    await withPostDates();
    const creators = Array.from({ length: 25 }, aCreatorId).sort();
    await client.sync('2025-01-15', new Map(creators.map((creator) => [creator, 1_000n])));
    const keeping = [creators[3], creators[24]].map((creator) => creator ?? aCreatorId());
    await client.sync('2025-01-16', new Map(keeping.map((creator) => [creator, credited('2025-01-16', 1_000n)])));
    const { reviews, pages } = await listed({ projected: 'maintained' }, { examined: 10 });
    expect(reviews.map(({ creatorId }) => creatorId)).toEqual(keeping);
    expect(pages).toEqual([1, 0, 1]);
    expect((await listed({ projected: 'promoted' }, { examined: 10 })).pages).toEqual([0, 0, 0]);
  });
});
