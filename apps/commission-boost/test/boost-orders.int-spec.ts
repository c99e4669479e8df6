import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { addDays, toCalendarDate, type CreatorId } from '#libs/kernel';
import { recordCompletedSyncs } from '#libs/messaging';
import { sql } from '#libs/persistence';
import { aCreatorId, salesRecorded, syncCompleted } from '#libs/testing';
import fc from 'fast-check';
import { ClientWorld, openBoostWorld, received, redemptionClaimed, SCHEMA, type BoostWorld } from './boost-world.ts';

let world: BoostWorld;
beforeAll(async () => {
  world = await openBoostWorld();
});
afterAll(() => world.testDatabase.drop());

const CREATORS = 3;
const DAY_0 = toCalendarDate('2026-01-05');

/** Some files, the days between them (0: a further file of the date), and what each changed for each creator. */
interface Plan {
  readonly files: readonly { readonly daysAfter: number; readonly sold: readonly number[] }[];
  readonly claims: readonly { readonly onDay: number; readonly durationDays: number; readonly rateBps: number }[];
  /** How the events come: as drawn, some twice, with the loops running in between. */
  readonly order: readonly number[];
}

const aPlan: fc.Arbitrary<Plan> = fc.record({
  files: fc.array(
    fc.record({
      daysAfter: fc.constantFrom(0, 1, 3, 7),
      sold: fc.array(fc.integer({ min: -3_000, max: 9_000 }), { minLength: CREATORS, maxLength: CREATORS }),
    }),
    { minLength: 3, maxLength: 7 },
  ),
  claims: fc.array(
    fc.record({
      onDay: fc.nat(12),
      durationDays: fc.integer({ min: 1, max: 12 }),
      rateBps: fc.integer({ min: 1, max: 10_000 }),
    }),
    { minLength: CREATORS, maxLength: CREATORS },
  ),
  order: fc.array(fc.nat(1_000), { minLength: 60, maxLength: 60 }),
});

it('every event twice, late and in any order ends where the files say', async () => {
  await fc.assert(
    fc.asyncProperty(aPlan, async (plan) => {
      const played = new Played(plan);
      await played.deliver();
      expect(await played.ends()).toEqual(played.expected());
    }),
    { numRuns: 40, verbose: true },
  );
}, 60_000);

class Played {
  readonly #plan: Plan;
  readonly #client = new ClientWorld(world);
  readonly #creators: readonly CreatorId[] = Array.from({ length: CREATORS }, () => aCreatorId());
  readonly #dates: readonly ReturnType<typeof toCalendarDate>[];
  readonly #counted = new Set<string>();

  constructor(plan: Plan) {
    this.#plan = plan;
    let day = 0;
    this.#dates = plan.files.map(({ daysAfter }, index) => addDays(DAY_0, index === 0 ? 0 : (day += daysAfter)));
  }

  async deliver(): Promise<void> {
    const events = [
      ...this.#plan.files.map((_, index) => () => this.#completed(index)),
      ...this.#plan.files.flatMap((_, index) => this.#creators.map((_id, who) => () => this.#sales(index, who))),
      ...this.#creators.map((_, who) => this.#claim(who)),
    ];
    const { order } = this.#plan;
    const drawn = (place: number) => order[place % order.length] ?? 0;
    const shuffled = events.map((event, place) => ({ event, at: drawn(place) })).toSorted((a, b) => a.at - b.at);
    for (const [place, { event, at }] of shuffled.entries()) {
      await event();
      if (at % 3 === 0) await event();
      if (at % 4 === 0) await this.#client.apply();
      if (at % 5 === 0) await world.moveDueBoosts.execute(this.#client.clientId);
      if (at % 7 === 0) await shuffled[drawn(place + 1) % (place + 1)]?.event();
    }
    await Promise.all([this.#client.apply(), world.moveDueBoosts.execute(this.#client.clientId)]);
    await this.#client.apply();
    await world.moveDueBoosts.execute(this.#client.clientId);
  }

  async ends(): Promise<object[]> {
    const rows = await world.database.inTenant(this.#client.clientId, (tx) =>
      tx.many<{ creator_id: CreatorId; end: object }>(sql`
        SELECT creator_id, json_build_object(
          'status', status, 'from', activation_sync_sequence, 'to', expiry_sync_sequence, 'delta', delta_minor,
          'payout', calculated_payout_minor,
          'steps', (SELECT count(*) FROM commission_boost.boost_transition t WHERE t.boost_id = b.id),
          'corrected', (SELECT coalesce(json_agg(c.reading || ' ' || c.difference_minor ORDER BY c.reading, c.sync_sequence), '[]')
                        FROM commission_boost.reading_correction c WHERE c.boost_id = b.id)) AS end
        FROM commission_boost.boost b`),
    );
    const told = await this.#client.announced('laurel.boost.status-changed.v1');
    const corrected = await this.#client.announced('laurel.boost-reading.corrected.v1');
    const ends = this.#creators.map((creator) =>
      rows.filter((row) => row.creator_id === creator).map(({ end }) => end),
    );
    return [...ends.flat(), { told: told.length, corrected: corrected.length }];
  }

  /** By adding up, creator for creator. */
  expected(): object[] {
    const ends = this.#plan.claims.map(({ onDay, durationDays, rateBps }, who) => {
      const scheduled = addDays(DAY_0, onDay);
      const from = this.#dates.findIndex((date) => date >= scheduled);
      const begun = this.#dates[from];
      const to = begun === undefined ? -1 : this.#dates.findIndex((date) => date >= addDays(begun, durationDays));
      const sold = this.#plan.files.map((file) => file.sold[who] ?? 0);
      const delta = to < 0 ? 0 : sold.slice(from + 1, to + 1).reduce((sum, one) => sum + one, 0);
      const steps = from < 0 ? 1 : to < 0 ? 2 : 4;
      return {
        status: steps === 1 ? 'scheduled' : steps === 2 ? 'active' : 'pending_info',
        from: from + 1,
        to: to + 1,
        delta,
        payout: Math.floor((Math.max(0, delta) * rateBps) / 10_000 + 0.5),
        steps,
        corrected: [
          ...this.#further(from, sold).map((difference) => `activation ${difference}`),
          ...this.#further(to, sold).map((difference) => `expiry ${difference}`),
        ],
      };
    });
    const told = ends.reduce((sum, { steps }) => sum + steps, 0);
    return [...ends, { told, corrected: ends.flatMap(({ corrected }) => corrected).length }];
  }

  #further(read: number, sold: readonly number[]): number[] {
    const date = this.#dates[read];
    return sold.filter(
      (difference, index) => index > read && this.#dates[index] === date && difference !== 0 && read >= 0,
    );
  }

  async #completed(index: number): Promise<void> {
    const { clientId } = this.#client;
    const sync = { clientId, syncSequence: index + 1, businessDate: `${this.#dates[index]}` };
    const event = received(syncCompleted({ ...sync, creatorSalesEvents: CREATORS }));
    await this.#client.inLane(clientId, (tx) => recordCompletedSyncs(tx, SCHEMA, [event]));
  }

  /** With what the runner counts, once an event. */
  async #sales(index: number, who: number): Promise<void> {
    const { clientId } = this.#client;
    const creatorId = this.#creators[who] as CreatorId;
    const sold = this.#plan.files.map((file) => file.sold[who] ?? 0);
    const event = salesRecorded({
      clientId,
      creatorId,
      syncSequence: index + 1,
      businessDate: `${this.#dates[index]}`,
      previousBusinessDate: this.#dates[index - 1] ?? null,
      lifetimeGmvMinor: String(sold.slice(0, index + 1).reduce((sum, one) => sum + one, 0)),
      differences: [{ gmvMinor: String(sold[index]) }],
    });
    const isFirst = !this.#counted.has(`${index} ${who}`);
    this.#counted.add(`${index} ${who}`);
    await world.database.inTenant(clientId, async (tx) => {
      await world.recordCreatorSales.execute([received(event)], tx);
      if (!isFirst) return;
      await tx.execute(sql`
        INSERT INTO commission_boost.sync_count AS c (client_id, sequence, partition, seen)
        VALUES (${clientId}, ${index + 1}, ${who}, 1)
        ON CONFLICT (client_id, sequence, partition) DO UPDATE SET seen = c.seen + 1`);
    });
  }

  #claim(who: number): () => Promise<void> {
    const { onDay, ...terms } = this.#plan.claims[who] as Plan['claims'][number];
    const creatorId = this.#creators[who] as CreatorId;
    const claim = { creatorId, scheduledDate: addDays(DAY_0, onDay), ...terms };
    const event = redemptionClaimed(this.#client.clientId, claim);
    return () => this.#client.inLane(creatorId, (tx) => world.scheduleBoosts.execute([received(event)], tx));
  }
}
