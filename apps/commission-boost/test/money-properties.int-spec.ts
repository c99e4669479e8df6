import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { addDays, toCalendarDate } from '#libs/kernel';
import { sql } from '#libs/persistence';
import { aCreatorId } from '#libs/testing';
import fc from 'fast-check';
import { ClientWorld, openBoostWorld, type BoostWorld } from './boost-world.ts';

let world: BoostWorld;

beforeAll(async () => {
  world = await openBoostWorld();
});
afterAll(() => world.testDatabase.drop());

const life = fc.record({
  rateBps: fc.integer({ min: 1, max: 10_000 }),
  durationDays: fc.integer({ min: 7, max: 60 }),
  currency: fc.constantFrom('USD', 'JPY', 'KWD'),
  start: fc.integer({ min: 1, max: 8 }),
  /** Days from file to file, and the creator's lifetime GMV in each; none when the file did not move it. */
  files: fc.array(
    fc.record({
      after: fc.integer({ min: 0, max: 9 }),
      gmv: fc.option(fc.bigInt({ min: -(10n ** 9n), max: 10n ** 12n }), { freq: 5 }),
    }),
    { minLength: 8, maxLength: 16 },
  ),
});

it('the entries between the readings sum to the delta, and the payout is within one minor unit of the exact share', async () => {
  let ended = 0;
  await fc.assert(
    fc.asyncProperty(life, async ({ rateBps, durationDays, currency, start, files }) => {
      const client = new ClientWorld(world);
      const creatorId = aCreatorId();
      let day = toCalendarDate('2026-01-05');
      const scheduledDate = addDays(day, start);
      const { id } = await client.claim({ creatorId, scheduledDate, rateBps, durationDays, currency });
      for (const { after, gmv } of files) {
        day = addDays(day, after);
        await client.feedAndApply(day, gmv === null ? new Map() : new Map([[creatorId, gmv]]));
      }
      const boost = await client.boost(id);
      if (boost.activation === null || boost.expiry === null) return;
      ended += 1;
      const { sum } = await world.database.inTenant(client.clientId, (tx) =>
        tx.one<{ sum: string }>(sql`
          SELECT coalesce(sum(difference_minor), 0)::bigint AS sum FROM commission_boost.creator_gmv
          WHERE client_id = ${client.clientId} AND creator_id = ${creatorId}
            AND sync_sequence > ${boost.activation?.reading.sync.sequence}
            AND sync_sequence <= ${boost.expiry?.reading.sync.sequence}`),
      );
      expect(BigInt(sum)).toBe(boost.expiry.deltaMinor);
      const payable = boost.expiry.deltaMinor > 0n ? boost.expiry.deltaMinor : 0n;
      const payout = boost.expiry.calculatedPayoutMinor;
      expect(payout).toBeGreaterThanOrEqual(0n);
      // In ten-thousandths of a minor unit.
      const error = payout * 10_000n - payable * BigInt(rateBps);
      expect(error > -10_000n && error < 10_000n).toBe(true);
    }),
    { numRuns: 12 },
  );
  expect(ended).toBeGreaterThan(3);
});
