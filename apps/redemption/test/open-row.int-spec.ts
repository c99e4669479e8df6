import type { CreatorId, RedemptionId } from '#libs/kernel';
import { LaurelError } from '#libs/contracts';
import { sql } from '#libs/persistence';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  FREQUENCIES,
  REWARD_TYPES,
  type Frequency,
  type Reward,
  type RewardType,
} from '../src/domain/reward/reward.ts';
import { FollowBoosts } from '../src/use-cases/follow-boosts.ts';
import { MoveRedemption } from '../src/use-cases/move-redemption.ts';
import { VALUES } from './offers.ts';
import { openRedemptionWorld, type ClientWorld, type RedemptionWorld } from './redemption-world.ts';

let world: RedemptionWorld;
beforeAll(async () => {
  world = await openRedemptionWorld();
});
afterAll(() => world.testDatabase.drop());

/** What happens to every creator of the table alike. `next week` lies in the same month. */
const STEPS = ['claim', 'leave', 'return', 'disable', 'enable', 'next week', 'next month'] as const;
type Step = (typeof STEPS)[number];

const PATHS: readonly (readonly Step[])[] = [
  // First claim, second claim, and both again after the reward was disabled, the tier left, the period over.
  ['claim', 'claim', 'disable', 'claim', 'enable', 'claim', 'leave', 'claim', 'return', 'claim', 'next month', 'claim'],
  // The quota is spent first; what brings it back, and in which order, is tried one by one.
  ['claim', 'claim', 'claim', 'claim', 'next week', 'claim', 'leave', 'disable', 'enable', 'return', 'claim', 'claim'],
  // The tier and the reward come and go before anything is claimed, one within the other.
  [
    'disable',
    'leave',
    'return',
    'enable',
    'claim',
    'leave',
    'disable',
    'return',
    'enable',
    'claim',
    'next week',
    'claim',
  ],
];

/** As the rules page says it, in its words and with nothing of the service: who may claim what, how often. */
class Ledger {
  readonly #type: RewardType;
  readonly #frequency: Frequency;
  readonly #quantity: number;
  readonly #claims: { week: number; month: number; achievement: number }[] = [];
  #week = 0;
  #month = 0;
  #achievement = 0;
  #inTier = true;
  #enabled = true;
  /** The unclaimed row, by the how-manieth it is. */
  #unclaimed: number | undefined;
  #made = 0;

  constructor(type: RewardType, frequency: Frequency, quantity: number) {
    this.#type = type;
    this.#frequency = frequency;
    this.#quantity = quantity;
    this.#settle();
  }

  /** @returns what the step answers: of a claim `ok`, its refusal, or that there is nothing to claim */
  take(step: Step): string {
    const answer = step === 'claim' ? this.#claim() : this.#move(step);
    this.#settle();
    return answer;
  }

  /** `row 2, open`: the second row that this creator has been given of the reward, and that it may be seen. */
  get shown(): string {
    if (this.#unclaimed === undefined) return 'none';
    return `row ${this.#unclaimed}, ${this.#isOpen() ? 'open' : 'hidden'}`;
  }

  #claim(): string {
    if (this.#unclaimed === undefined) return 'nothing to claim';
    if (!this.#enabled) return 'redemption.reward_disabled';
    if (!this.#inTier) return 'redemption.tier_mismatch';
    const inWeek = this.#claims.filter(({ week }) => week === this.#week).length;
    const inMonth = this.#claims.filter(({ month }) => month === this.#month).length;
    if (this.#frequency === 'weekly' && inWeek >= this.#quantity) return 'redemption.limit_reached';
    if (this.#frequency === 'monthly' && inMonth >= this.#quantity) return 'redemption.limit_reached';
    this.#claims.push({ week: this.#week, month: this.#month, achievement: this.#achievement });
    this.#unclaimed = undefined;
    return 'ok';
  }

  #move(step: Exclude<Step, 'claim'>): string {
    if (step === 'disable' || step === 'enable') this.#enabled = step === 'enable';
    if (step === 'leave' || step === 'return') {
      this.#inTier = step === 'return';
      this.#achievement += 1;
    }
    if (step === 'next week') this.#week += 1;
    if (step === 'next month') {
      this.#week += 10;
      this.#month += 1;
    }
    return 'ok';
  }

  #isOpen(): boolean {
    const onlyOnce = this.#type === 'gift_card' || this.#type === 'physical_gift' || this.#type === 'experience';
    const counted = onlyOnce
      ? this.#claims
      : this.#claims.filter(({ achievement }) => achievement === this.#achievement);
    const usedUp = this.#frequency === 'one_time' && counted.length >= this.#quantity;
    return this.#enabled && this.#inTier && !usedUp;
  }

  #settle(): void {
    if (this.#unclaimed === undefined && this.#isOpen()) this.#unclaimed = this.#made += 1;
  }
}

interface Entry {
  readonly name: string;
  readonly reward: Reward;
  readonly creatorId: CreatorId;
  readonly ledger: Ledger;
  /** In the order in which they were first seen: where none is skipped, the how-manieth is the id. */
  readonly seen: RedemptionId[];
}

async function table(client: ClientWorld): Promise<Entry[]> {
  const kinds = REWARD_TYPES.flatMap((type) =>
    FREQUENCIES.flatMap((frequency) =>
      (frequency === 'unlimited' ? [null] : [1, 3]).map((quantity) => ({ type, frequency, quantity })),
    ),
  );
  const creators = await client.onboard(kinds.length);
  await client.moveTo(...creators.map((creatorId) => [creatorId, 2] as const));
  const entries: Entry[] = [];
  for (const [index, { type, frequency, quantity }] of kinds.entries()) {
    const offer = { type, frequency, value: VALUES[type], ...(quantity === null ? {} : { quantity }) };
    entries.push({
      name: `${type} ${frequency} ${quantity ?? ''}`,
      reward: await client.reward(offer),
      creatorId: creators[index] as CreatorId,
      ledger: new Ledger(type, frequency, quantity ?? Number.POSITIVE_INFINITY),
      seen: [],
    });
  }
  await switchAll(client, entries, true);
  return entries;
}

async function switchAll(client: ClientWorld, entries: readonly Entry[], enabled: boolean): Promise<void> {
  await Promise.all(entries.map(({ reward }) => client.switchTo(reward.id, enabled)));
  while (await client.carryOn(1_000));
}

interface Unclaimed {
  readonly id: RedemptionId;
  readonly creatorId: CreatorId;
  readonly hidden: boolean;
}

/** The unclaimed row of each entry: two of one would be two rows here. */
async function unclaimed(client: ClientWorld, entries: readonly Entry[]): Promise<Map<CreatorId, Unclaimed>> {
  const rows = await client.inTenant((tx) =>
    tx.many<Unclaimed>(sql`
      SELECT d.id, d.creator_id AS "creatorId", d.hidden_reason IS NOT NULL AS hidden
      FROM unnest(${entries.map(({ creatorId }) => creatorId)}::uuid[], ${entries.map(({ reward }) => reward.id)}::uuid[])
           AS entry (creator_id, reward_id)
      JOIN redemption.redemption d USING (creator_id, reward_id)
      WHERE d.client_id = ${client.clientId} AND d.status = 'claimable'`),
  );
  const byCreator = new Map(rows.map((row) => [row.creatorId, row]));
  expect(byCreator.size).toBe(rows.length);
  return byCreator;
}

async function claim(client: ClientWorld, entry: Entry, row: Unclaimed | undefined, today: string): Promise<string> {
  if (row === undefined) return 'nothing to claim';
  try {
    await client.claim(row, { date: plusDays(today, 1), at: `${weekday(today)}T16:00:00Z` });
  } catch (error) {
    if (error instanceof LaurelError) return error.code;
    throw error;
  }
  await freeSlot(client, entry, row.id);
  return 'ok';
}

/** A creator's one boost, or discount, is over before the next is claimed. */
async function freeSlot(client: ClientWorld, { reward, creatorId }: Entry, redemptionId: RedemptionId): Promise<void> {
  if (reward.type === 'commission_boost') {
    await client.inLanes([creatorId], (tx) =>
      world.get(FollowBoosts).execute([{ redemptionId, status: 'expired' }], tx),
    );
  }
  if (reward.type === 'discount') {
    const step = { command: 'fulfil' } as const;
    await client.inTenant((tx) =>
      world.get(MoveRedemption).execute({ redemptionId, step, adminId: 'admin-1', notes: undefined }, tx),
    );
  }
}

async function shown(client: ClientWorld, entries: readonly Entry[]): Promise<string[]> {
  const rows = await unclaimed(client, entries);
  return entries.map(({ creatorId, seen }) => {
    const row = rows.get(creatorId);
    if (row === undefined) return 'none';
    if (!seen.includes(row.id)) seen.push(row.id);
    return `row ${seen.indexOf(row.id) + 1}, ${row.hidden ? 'hidden' : 'open'}`;
  });
}

const plusDays = (date: string, days: number) =>
  new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);
/** The first Monday to Friday from a date on. */
const weekday = (date: string): string =>
  ['Sun', 'Sat'].some((day) => new Date(date).toUTCString().startsWith(day)) ? weekday(plusDays(date, 1)) : date;

it.each(PATHS.map((path) => [path.join(', '), path] as const))('%s', async (_, path) => {
  const client = await world.client();
  // A Wednesday, early in its month.
  let today = '2026-04-08';
  await client.today(today);
  const entries = await table(client);
  expect(await shown(client, entries)).toEqual(entries.map(({ ledger }) => ledger.shown));
  for (const [index, step] of path.entries()) {
    if (step === 'next week' || step === 'next month') {
      today = step === 'next week' ? plusDays(today, 7) : '2026-05-13';
      await client.today(today);
    }
    if (step === 'disable' || step === 'enable') await switchAll(client, entries, step === 'enable');
    if (step === 'leave' || step === 'return') {
      await client.moveTo(...entries.map(({ creatorId }) => [creatorId, step === 'return' ? 2 : 3] as const));
    }
    const rows = await unclaimed(client, entries);
    const answers = await Promise.all(
      entries.map((entry) =>
        step === 'claim' ? claim(client, entry, rows.get(entry.creatorId), today) : Promise.resolve('ok'),
      ),
    );
    const found = (await shown(client, entries)).map((now, at) => `${entries[at]?.name}: ${answers[at]}; then ${now}`);
    const expected = entries.map(({ name, ledger }) => `${name}: ${ledger.take(step)}; then ${ledger.shown}`);
    expect([`${index} ${step}`, ...found]).toEqual([`${index} ${step}`, ...expected]);
  }
  expect(await client.eagerRuleFaults()).toEqual([]);
});
