import { randomUUID } from 'node:crypto';
import type { Admin, Kafka } from 'kafkajs';

/** Reads every partition of a topic from its beginning to the end it has now. */
export async function readTopic(kafka: Kafka, admin: Admin, topic: string): Promise<string[]> {
  const offsets = await admin.fetchTopicOffsets(topic);
  const ends = new Map(
    offsets.map(({ partition, high, low }) => [partition, { high: BigInt(high), low: BigInt(low) }]),
  );
  const open = new Set([...ends].filter(([, { high, low }]) => high > low).map(([partition]) => partition));
  const read: { partition: number; text: string }[] = [];
  if (open.size === 0) return [];

  const groupId = `${topic}-reader-${randomUUID()}`;
  const consumer = kafka.consumer({ groupId, allowAutoTopicCreation: false, maxWaitTimeInMs: 50 });
  await consumer.connect();
  try {
    await consumer.subscribe({ topic, fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      consumer.on('consumer.crash', ({ payload }) => reject(payload.error));
      consumer
        .run({
          autoCommit: false,
          eachBatch: ({ batch }) => {
            const high = ends.get(batch.partition)?.high ?? 0n;
            for (const { offset, value } of batch.messages) {
              if (BigInt(offset) < high) read.push({ partition: batch.partition, text: value?.toString('utf8') ?? '' });
            }
            if (BigInt(batch.lastOffset()) >= high - 1n) open.delete(batch.partition);
            if (open.size === 0) resolve();
            return Promise.resolve();
          },
        })
        .catch(reject);
    });
  } finally {
    await consumer.disconnect();
    await admin.deleteGroups([groupId]);
  }
  return read.sort((a, b) => a.partition - b.partition).map(({ text }) => text);
}
