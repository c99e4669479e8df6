import { CreatorSalesRecordedV1 } from '#libs/contracts';
import { ENVELOPE_HEADERS } from '#libs/messaging';
import { Kafka, logLevel } from 'kafkajs';
import type { Bench, BenchContext } from '../bench-row.ts';
import { peakMbOf, resetPeak } from '../peak-memory.ts';
import { secondsFor, timed } from '../tier/progress.ts';
import { salesRecordOf } from '../tier/sales-events.ts';
import { bookAllSales, stageSales } from '../tier/sales-limit.ts';
import { seedProgramAndCreators, seedSellingCreators } from '../tier/tier-seed.ts';
import { TierWorld, type TierCopy } from '../tier/tier-world.ts';

const EVENTS = 200_000;
const SENT_AT_ONCE = 2_000;

export const consume: Bench = {
  name: 'consume',
  work: 'creator-sales events of as many creators through tier-evaluation: ledger, totals, promotion, outbox',
  ratioToReach: 3,
  running: {},
  run: async (context) => {
    const events = context.scale(EVENTS);
    const world = await TierWorld.seeded(context, 'bench_consume', async (client) => {
      await seedProgramAndCreators(client, events);
      await seedSellingCreators(client);
    });
    const limitSeconds = await world.onCopy((copy) =>
      copy.withClient(async (client) => {
        await stageSales(client);
        return timed(() => bookAllSales(client));
      }),
    );
    return world.onCopy(async (copy) => {
      await publish(context, copy, events);
      const service = await copy.start('consumers');
      resetPeak(service.pid);
      const seconds = await secondsFor(events, () => seen(copy));
      return { rows: events, seconds, limitSeconds, peakMb: peakMbOf(service.pid) };
    });
  },
};

async function publish({ stack }: BenchContext, copy: TierCopy, events: number): Promise<void> {
  await copy.makeTopics();
  const producer = new Kafka({ clientId: 'bench', brokers: stack.brokers, logLevel: logLevel.NOTHING }).producer();
  await producer.connect();
  const topic = copy.topicPrefix + CreatorSalesRecordedV1.topic;
  for (let from = 0; from < events; from += SENT_AT_ONCE) {
    const length = Math.min(SENT_AT_ONCE, events - from);
    const messages = Array.from({ length }, (_, index) => ({
      ...salesRecordOf(from + index),
      headers: ENVELOPE_HEADERS,
    }));
    await producer.send({ topic, messages, acks: -1 });
  }
  await producer.disconnect();
}

async function seen(copy: TierCopy): Promise<number> {
  const { rows } = await copy.pool.query<{ seen: string }>(
    'SELECT coalesce(sum(seen), 0) AS seen FROM tier_evaluation.sync_count',
  );
  return Number(rows[0]?.seen);
}
