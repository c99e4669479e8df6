import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDays, type CreatorId } from '#libs/kernel';
import { aCreatorId } from '#libs/testing';
import { ReadDecisions } from '../src/use-cases/read-decisions.ts';
import { aProgram, CreatorHistory, day, type Sales } from './creator-history.ts';
import { ClientUnderTest, startServiceUnderTest, type ServiceUnderTest } from './service-under-test.ts';

const CREATORS = 4;

/** What one sync brings one creator: first sighting or not, the age of the video in days, the value. */
const sales = fc.option(
  fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 60 }), fc.bigInt(-900n, 1_800n)), {
    minLength: 1,
    maxLength: 3,
  }),
  { nil: undefined },
);
const step = fc.record({
  afterDays: fc.integer({ min: 0, max: 45 }),
  sales: fc.array(sales, { minLength: CREATORS, maxLength: CREATORS }),
  /** Whether the events of this sync are handed over together with those of the next. */
  joined: fc.boolean(),
  /** Whether the watermark reaches this sync before the next one's events. */
  watermarkLate: fc.boolean(),
});

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

let service: ServiceUnderTest;

beforeAll(async () => {
  service = await startServiceUnderTest();
});
afterAll(() => service.close());

function salesOn(date: string, drawn: NonNullable<Step['sales'][number]>): Sales {
  return Object.fromEntries(
    drawn.map(([first, age, value]) => [`${first ? '+' : ''}${addDays(day(date), -age)}`, value] as const),
  );
}

async function playOnPostgres(
  client: ClientUnderTest,
  creators: readonly CreatorId[],
  steps: readonly Step[],
): Promise<void> {
  let date = day('2025-01-31');
  let waiting: ReturnType<ClientUnderTest['salesOf']>[] = [];
  for (const { afterDays, sales: drawn, joined, watermarkLate } of steps) {
    date = addDays(date, afterDays);
    const brought = new Map<CreatorId, Sales>();
    creators.forEach((creatorId, index) => {
      const ofCreator = drawn[index];
      if (ofCreator) brought.set(creatorId, salesOn(date, ofCreator));
    });
    waiting.push(client.salesOf(date, brought));
    if (joined) continue;
    await deliver(client, waiting);
    if (!watermarkLate) await client.reach();
    waiting = [];
  }
  await deliver(client, waiting);
  await client.reach();
}

async function deliver(
  client: ClientUnderTest,
  syncs: readonly ReturnType<ClientUnderTest['salesOf']>[],
): Promise<void> {
  const events = syncs.flatMap((sync) => sync.events);
  if (events.length > 0) await client.apply(events);
  for (const { completed } of syncs) await client.complete(completed);
}

function playInMemory(steps: readonly Step[], index: number, months: number): CreatorHistory {
  const creator = new CreatorHistory(aProgram({ checkpointMonths: months }));
  let date = day('2025-01-31');
  for (const { afterDays, sales: drawn } of steps) {
    date = addDays(date, afterDays);
    const ofCreator = drawn[index];
    creator.sync(date, ofCreator && salesOn(date, ofCreator));
  }
  return creator;
}

describe('the sets on Postgres', () => {
  it.each([1, 4])(
    'end as the rules do one by one, however events are batched and watermarks come: %i months',
    async (months) => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 20 }), async (steps) => {
          const client = new ClientUnderTest(service);
          await client.publish(aProgram({ checkpointMonths: months }));
          const creators = Array.from({ length: CREATORS }, aCreatorId);
          await playOnPostgres(client, creators, steps);
          for (const [index, creatorId] of creators.entries()) {
            const expected = playInMemory(steps, index, months);
            const reading = await client.tier(creatorId);
            const told = await service.get(ReadDecisions).execute(client.clientId, creatorId, 0, 200);
            if (!steps.some(({ sales: drawn }) => drawn[index])) {
              expect(reading).toBeUndefined();
              continue;
            }
            expect({ ...reading?.standing, bookedThrough: null, programVersion: 1 }).toEqual({
              ...expected.standing,
              bookedThrough: null,
              programVersion: 1,
            });
            const withoutCauses = expected.decisions.map(
              ({ kind, decidedFor, value, tierAfter, base, opening, windowStart, dueDate }) => {
                return { kind, decidedFor, value, tierAfter, base, opening, windowStart, dueDate };
              },
            );
            expect(told).toEqual(withoutCauses.map((decision) => expect.objectContaining(decision)));
            expect(told.every((decision) => decision.cause !== null)).toBe(true);
          }
        }),
        { numRuns: 20 },
      );
    },
  );
});
