import { ENVELOPE_HEADERS, keyOf, partitionOf } from '#libs/messaging';
import { Kafka, logLevel, type Message } from 'kafkajs';
import type pg from 'pg';
import type { Bench, BenchContext } from '../bench-row.ts';
import { peakMbOf, resetPeak } from '../peak-memory.ts';
import { secondsFor, timed } from '../tier/progress.ts';
import { CLIENT_ID, creatorIdOf } from '../tier/tier-seed.ts';
import { TierWorld, type TierCopy } from '../tier/tier-world.ts';

const EVENTS = 300_000;
const VALUE_BYTES = 450;
const TOPIC = 'laurel.tier';
/** As the relay's: rows of a page, and leaders side by side. */
const PAGE = 1_000;
const SHARDS = 2;
const ROWS_A_TRANSACTION = 5_000;

/**
 * What docs/performance.md tells operators to give a process that only relays: kafkajs leaves a buffer or two behind for
 * every message, which Node and malloc would rather keep than give back.
 */
const SMALL = {
  NODE_OPTIONS: '--max-semi-space-size=2 --max-old-space-size=96 --v8-pool-size=1',
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_THRESHOLD_: '4194304',
  MALLOC_TRIM_THRESHOLD_: '1048576',
};

export const relay: Bench = {
  name: 'relay',
  work: 'outbox rows to Kafka, against a bare kafkajs producer with the same bytes, headers and batches',
  ratioToReach: 1.25,
  memoryToReachMb: 200,
  running: {},
  run: async (context) => {
    const events = context.scale(EVENTS);
    const world = await TierWorld.seeded(context, 'bench_relay', (client) => fillOutbox(client, events));
    return world.onCopy(async (copy) => {
      await copy.makeTopics();
      const limitSeconds = await sendBarely(context, copy);
      const service = await copy.start('relay', SMALL);
      resetPeak(service.pid);
      const seconds = await secondsFor(events, () => published(copy));
      return { rows: events, seconds, limitSeconds, peakMb: peakMbOf(service.pid) };
    });
  },
};

async function fillOutbox(client: pg.ClientBase, events: number): Promise<void> {
  for (let from = 0; from < events; from += ROWS_A_TRANSACTION) {
    const keys = Array.from({ length: Math.min(ROWS_A_TRANSACTION, events - from) }, (_, index) =>
      keyOf(CLIENT_ID, creatorIdOf(from + index)),
    );
    await client.query(
      `INSERT INTO tier_evaluation.outbox (shard, topic, partition, key, value)
       SELECT partition % ${SHARDS}, $1, partition, key,
              rpad('{"specversion":"1.0","subject":"' || key || '","data":"', ${VALUE_BYTES - 2}, md5(key)) || '"}'
       FROM unnest($2::text[], $3::smallint[]) AS row (key, partition)`,
      [TOPIC, keys, keys.map(partitionOf)],
    );
  }
  await client.query('VACUUM (ANALYZE) tier_evaluation.outbox');
}

async function published(copy: TierCopy): Promise<number> {
  const { rows } = await copy.pool.query<{ published: string }>(
    'SELECT sum(published) AS published FROM tier_evaluation.relay_cursor',
  );
  return Number(rows[0]?.published);
}

/** A producer a shard, page after page, each page one request; what they send is in memory before. */
async function sendBarely({ stack }: BenchContext, copy: TierCopy): Promise<number> {
  const shards = await Promise.all(Array.from({ length: SHARDS }, (_, shard) => pagesOf(copy, shard)));
  const producers = shards.map(() =>
    new Kafka({ clientId: 'bench', brokers: stack.brokers, logLevel: logLevel.NOTHING }).producer({
      idempotent: true,
      maxInFlightRequests: 1,
      createPartitioner:
        () =>
        ({ message }) =>
          message.partition ?? 0,
    }),
  );
  await Promise.all(producers.map((producer) => producer.connect()));
  const topic = copy.topicPrefix + TOPIC;
  // The first request of a producer asks for topics, leaders and sequence numbers; the relay's is not measured either.
  await Promise.all(
    producers.map((producer) => producer.send({ topic, acks: -1, messages: [{ value: '', partition: 0 }] })),
  );
  const seconds = await timed(() =>
    Promise.all(
      producers.map(async (producer, shard) => {
        for (const messages of shards[shard] ?? [])
          await producer.sendBatch({ acks: -1, topicMessages: [{ topic, messages }] });
      }),
    ),
  );
  await Promise.all(producers.map((producer) => producer.disconnect()));
  return seconds;
}

async function pagesOf(copy: TierCopy, shard: number): Promise<Message[][]> {
  const { rows } = await copy.pool.query<{ key: string; value: string; partition: number }>(
    'SELECT key, value, partition FROM tier_evaluation.outbox WHERE shard = $1 ORDER BY xid, id',
    [shard],
  );
  const pages: Message[][] = [];
  for (let from = 0; from < rows.length; from += PAGE) {
    pages.push(rows.slice(from, from + PAGE).map((row) => ({ ...row, headers: ENVELOPE_HEADERS })));
  }
  return pages;
}
