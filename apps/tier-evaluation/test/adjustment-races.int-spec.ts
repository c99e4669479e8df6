import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { seeded } from '#libs/testing';
import { race, type DrawnRace } from './races/draw-race.ts';
import { placeGates, RacingCreator, tellByRules } from './races/racing-creator.ts';
import { serialOrders } from './races/serial-orders.ts';
import { Turns } from './races/turns.ts';
import { waitingForLocks } from './races/waiting-for-locks.ts';
import { startServiceUnderTest, type ServiceUnderTest } from './service-under-test.ts';

const SEED = Number(process.env['LAUREL_SEED'] ?? Date.now() % 1_000_000);
const RACES = 80;

let service: ServiceUnderTest;

beforeAll(async () => {
  service = await startServiceUnderTest();
});
afterAll(() => service.close());
afterEach(() => {
  jest.restoreAllMocks();
});

describe(`adjustments racing syncs and their reviews, seeded with ${SEED}`, () => {
  it('end as one of the serial orders would', async () => {
    const places: number[] = [];
    let contested = 0;
    for (const [index, drawn] of fc.sample(race, { numRuns: RACES, seed: SEED }).entries()) {
      const { place, orders } = await run(drawn, SEED + index);
      places.push(place);
      if (orders > 1) contested += 1;
    }
    console.info(
      `seed ${SEED}: ${contested} of ${RACES} races can end in several ways, and ended in ${new Set(places).size}`,
    );
    expect(contested).toBeGreaterThan(RACES / 2);
    expect(new Set(places).size).toBeGreaterThan(2);
  }, 300_000);
});

/** @returns which of the serial orders it was, and how many there are that end differently */
async function run(drawn: DrawnRace, seed: number): Promise<{ place: number; orders: number }> {
  const creator = await RacingCreator.atTheStart(service, drawn);
  const orders = [...serialOrders(creator.race(), tellByRules)];
  const turns = new Turns(seeded(seed), () => waitingForLocks(service));
  placeGates(service, turns);
  const ends = await turns.run(creator.participants());
  jest.restoreAllMocks();
  const failed = ends.filter((end) => end.status === 'rejected').map(({ reason }) => reason as unknown);
  expect({ seed, order: turns.order, failed }).toEqual({ seed, order: turns.order, failed: [] });
  const end = await creator.end();
  const place = orders.indexOf(end);
  if (place < 0) {
    const parts = [`seed ${seed}: who went on from where`, turns.order.join('\n'), 'ended as', end, 'and not as'];
    throw new Error([...parts, orders.join('\nor ')].join('\n'));
  }
  const { changes, checkpoints } = await creator.events();
  expect(changes).toEqual(changes.map((_, index) => index + 1));
  expect(checkpoints).toEqual(checkpoints.map((_, index) => index + 1));
  return { place, orders: orders.length };
}
