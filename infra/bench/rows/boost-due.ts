import { setTimeout as pause } from 'node:timers/promises';
import { CreatorSalesRecordedV1 } from '#libs/contracts';
import { ENVELOPE_HEADERS } from '#libs/messaging';
import { Kafka, logLevel } from 'kafkajs';
import type { Bench, BenchContext } from '../bench-row.ts';
import { moveAllBoosts } from '../boost/due-limit.ts';
import { ACTIVATION, EXPIRY, seedDueBoosts } from '../boost/due-seed.ts';
import { peakMbOf, resetPeak } from '../peak-memory.ts';
import { secondsFor, timed } from '../tier/progress.ts';
import { salesRecordOf } from '../tier/sales-events.ts';
import { TierWorld, type TierCopy } from '../tier/tier-world.ts';

const BOOSTS = 100_000;
const SENT_AT_ONCE = 2_000;
const LOOK_MS = 10;

export const boostDue: Bench = {
  name: 'boost-due',
  work: '100,000 boosts activated by one sync and ended by the next, told, alerts looked for; against the set statements',
  ratioToReach: 2,
  running: {},
  run: async (context) => {
    const boosts = context.scale(BOOSTS);
    const world = await TierWorld.seeded(
      context,
      'bench_boost_due',
      (client) => seedDueBoosts(client, boosts),
      'commission-boost',
    );
    const limitSeconds = await world.onCopy((copy) => copy.withClient((client) => timed(() => moveAllBoosts(client))));
    const { seconds, peakMb } = await world.onCopy((copy) => moveBoosts(context, copy, boosts));
    const alone = await world.onCopy((copy) => recordSales(context, copy, { sales: boosts, besideBoosts: false }));
    const beside = await world.onCopy((copy) => recordSales(context, copy, { sales: boosts, besideBoosts: true }));
    context.report(
      `  boost-due: ${boosts} sales of the next sync recorded in ${alone.toFixed(2)} s, in ${beside.toFixed(2)} s while ` +
        `boosts move: ${(beside / alone).toFixed(2)} times (to reach: 1.20)`,
    );
    return { rows: boosts * 2, seconds, limitSeconds, peakMb };
  },
};

async function moveBoosts(context: BenchContext, copy: TierCopy, boosts: number) {
  const service = await copy.start('reconcilers');
  resetPeak(service.pid);
  const steps: number[] = [];
  for (const { sequence } of [ACTIVATION, EXPIRY]) {
    steps.push(
      await timed(async () => {
        await completeUpTo(copy, sequence);
        while ((await appliedSequence(copy)) < sequence) await pause(LOOK_MS);
      }),
    );
  }
  const peakMb = peakMbOf(service.pid);
  await assertDone(copy, boosts);
  const [activation = Number.NaN, expiry = Number.NaN] = steps;
  context.report(`  boost-due: activated in ${activation.toFixed(2)} s, ended in ${expiry.toFixed(2)} s`);
  return { seconds: activation + expiry, peakMb };
}

/** What of the next sync the service does besides: it takes down what creators have sold. */
async function recordSales(
  context: BenchContext,
  copy: TierCopy,
  { sales, besideBoosts }: { readonly sales: number; readonly besideBoosts: boolean },
): Promise<number> {
  await publish(context, copy, sales);
  await copy.start('reconcilers');
  await copy.start('consumers');
  if (besideBoosts) await completeUpTo(copy, EXPIRY.sequence);
  return secondsFor(sales, async () => {
    const { rows } = await copy.pool.query<{ seen: string }>(
      'SELECT coalesce(sum(seen), 0) AS seen FROM commission_boost.sync_count',
    );
    return Number(rows[0]?.seen);
  });
}

async function completeUpTo(copy: TierCopy, sequence: number): Promise<void> {
  await copy.pool.query('UPDATE commission_boost.watermark SET completed_sequence = $1', [sequence]);
}

async function appliedSequence(copy: TierCopy): Promise<number> {
  const { rows } = await copy.pool.query<{ applied: string }>(
    'SELECT applied_sequence AS applied FROM commission_boost.watermark',
  );
  return Number(rows[0]?.applied);
}

async function assertDone(copy: TierCopy, boosts: number): Promise<void> {
  const { rows } = await copy.pool.query<{ ended: string; told: string }>(
    `SELECT (SELECT count(*) FROM commission_boost.boost WHERE status = 'pending_info' AND final_payout_minor = 2875) AS ended,
            (SELECT count(*) FROM commission_boost.outbox WHERE topic = 'laurel.boost') AS told`,
  );
  const { ended, told } = rows[0] ?? { ended: '0', told: '0' };
  if (Number(ended) !== boosts || Number(told) !== boosts * 3) throw new Error(`ended ${ended}, told ${told}`);
}

async function publish({ stack }: BenchContext, copy: TierCopy, events: number): Promise<void> {
  await copy.makeTopics();
  const producer = new Kafka({ clientId: 'bench', brokers: stack.brokers, logLevel: logLevel.NOTHING }).producer();
  await producer.connect();
  const topic = copy.topicPrefix + CreatorSalesRecordedV1.topic;
  for (let from = 0; from < events; from += SENT_AT_ONCE) {
    const messages = Array.from({ length: Math.min(SENT_AT_ONCE, events - from) }, (_, index) => ({
      ...salesRecordOf(from + index),
      headers: ENVELOPE_HEADERS,
    }));
    await producer.send({ topic, messages, acks: -1 });
  }
  await producer.disconnect();
}
