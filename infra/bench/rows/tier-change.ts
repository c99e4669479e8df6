import { EntitlementsChangedV1, TierChangedV1 } from '#libs/contracts';
import { ENVELOPE_HEADERS } from '#libs/messaging';
import { Kafka, logLevel } from 'kafkajs';
import type { Bench, BenchContext } from '../bench-row.ts';
import { peakMbOf, resetPeak } from '../peak-memory.ts';
import { ASKED_REWARD, PARTITION, rewardIdOf, seedAsking, seedClient, seedOpenRows } from '../redemption/grant-seed.ts';
import { startServing, withRequestsBeside } from '../redemption/requests-beside.ts';
import { FROM_TIER, tierChangeOf, TO_TIER } from '../redemption/tier-change-events.ts';
import { changeAllTiers } from '../redemption/tier-change-limit.ts';
import { secondsFor, timed } from '../tier/progress.ts';
import { TierWorld, type TierCopy } from '../tier/tier-world.ts';

const EVENTS = 100_000;
const REWARDS_A_TIER = 4;
const SENT_AT_ONCE = 2_000;
/** Creators who look and claim meanwhile. */
const ASKING = 5_000;

export const tierChange: Bench = {
  name: 'tier-change',
  work: 'tier.changed of as many creators through redemption: 4 rewards hidden and 4 created each, told',
  ratioToReach: 1.5,
  running: {},
  run: async (context) => {
    const events = context.scale(EVENTS);
    const world = await changingWorld(context, events);
    const limitSeconds = await world.onCopy(changeAll);
    return world.onCopy(async (copy) => {
      await publish(context, copy, events);
      return { limitSeconds, ...(await consumeAll(copy, events)) };
    });
  },
};

export const tierChangeBeside: Bench = {
  name: 'tier-change-beside',
  work: 'tier-change with 100 requests a second of creators who look and claim beside either',
  ratioToReach: 1.5,
  running: {},
  run: async (context) => {
    const events = context.scale(EVENTS);
    const world = await changingWorld(context, events);
    const limitSeconds = await world.onCopy(async (copy) => {
      const serving = await startServing(copy);
      return withRequestsBeside(context, copy, { serving, rewardId: ASKED_REWARD }, () => changeAll(copy));
    });
    return world.onCopy(async (copy) => {
      const serving = await startServing(copy);
      await publish(context, copy, events);
      const ours = await withRequestsBeside(context, copy, { serving, rewardId: ASKED_REWARD }, () =>
        consumeAll(copy, events),
      );
      return { limitSeconds, ...ours };
    });
  },
};

function changingWorld(context: BenchContext, events: number): Promise<TierWorld> {
  return TierWorld.seeded(
    context,
    `bench_tier_change_${events}`,
    async (client) => {
      const rewards = [FROM_TIER, TO_TIER].map((tier) => ({ tier, count: REWARDS_A_TIER }));
      await seedClient(client, { creators: events, tier: FROM_TIER, rewards });
      await seedOpenRows(client, FROM_TIER);
      await seedAsking(client, events, ASKING);
    },
    'redemption',
  );
}

/** @returns seconds */
function changeAll(copy: TierCopy): Promise<number> {
  return copy.withClient(async (client) => {
    await client.query(`ALTER TABLE redemption.redemption DISABLE TRIGGER USER`);
    return timed(() => changeAllTiers(client));
  });
}

async function consumeAll(copy: TierCopy, events: number) {
  const service = await copy.start('consumers');
  resetPeak(service.pid);
  const seconds = await secondsFor(events, () => arrived(copy));
  const peakMb = peakMbOf(service.pid);
  await assertDone(copy, events);
  return { rows: events * REWARDS_A_TIER * 2, seconds, peakMb };
}

async function publish({ stack }: BenchContext, copy: TierCopy, events: number): Promise<void> {
  await copy.makeTopics();
  const producer = new Kafka({ clientId: 'bench', brokers: stack.brokers, logLevel: logLevel.NOTHING }).producer();
  await producer.connect();
  const topic = copy.topicPrefix + TierChangedV1.topic;
  for (let from = 0; from < events; from += SENT_AT_ONCE) {
    const messages = Array.from({ length: Math.min(SENT_AT_ONCE, events - from) }, (_, index) => ({
      ...tierChangeOf(from + index),
      headers: ENVELOPE_HEADERS,
    }));
    await producer.send({ topic, messages, acks: -1 });
  }
  await producer.disconnect();
}

/** The last reward of a creator's new tier is open with all that its change did. */
async function arrived(copy: TierCopy): Promise<number> {
  const { rows } = await copy.pool.query<{ open: string }>(
    `SELECT coalesce(sum(open), 0) AS open FROM redemption.reward_count_delta WHERE reward_id = $1`,
    [rewardIdOf(TO_TIER, 0)],
  );
  return Number(rows[0]?.open);
}

async function assertDone(copy: TierCopy, events: number): Promise<void> {
  const { rows } = await copy.pool.query<{ open: string; hidden: string; told: string }>(
    `SELECT count(*) FILTER (WHERE hidden_reason IS NULL) AS open, count(hidden_reason) AS hidden,
            (SELECT count(*) FROM redemption.outbox WHERE topic = $2) AS told
     FROM ${PARTITION} WHERE reward_id <> $1`,
    [ASKED_REWARD, EntitlementsChangedV1.topic],
  );
  const { open, hidden, told } = rows[0] ?? { open: '0', hidden: '0', told: '0' };
  const wanted = events * REWARDS_A_TIER;
  if (Number(open) !== wanted || Number(hidden) !== wanted || Number(told) !== events)
    throw new Error(`open ${open}, hidden ${hidden}, told ${told}`);
}
