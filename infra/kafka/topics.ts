import { PARTITIONS, TOPICS } from '#libs/contracts';
import { setTimeout as pause } from 'node:timers/promises';
import { Kafka, logLevel, type Admin } from 'kafkajs';

export interface TopicOptions {
  readonly brokers: readonly string[];
  /** Before every topic's name; empty outside tests. */
  readonly prefix?: string;
}

/** A machine that builds, tests and runs a broker at once is slow, not broken. */
const PATIENCE_MS = 30_000;

/** Creates what is missing. @throws Error when a topic has another number of partitions: keys would change their lane. */
export async function ensureTopics({ brokers, prefix = '' }: TopicOptions): Promise<string[]> {
  const kafka = new Kafka({
    clientId: 'laurel-topics',
    brokers: [...brokers],
    logLevel: logLevel.NOTHING,
    connectionTimeout: PATIENCE_MS,
    retry: { retries: 10 },
  });
  const admin = kafka.admin();
  await admin.connect();
  try {
    const wanted = TOPICS.map((topic) => prefix + topic);
    const existing = new Set(await admin.listTopics());
    const missing = wanted.filter((topic) => !existing.has(topic));
    if (missing.length > 0) await createTopics(admin, missing);
    await untilServed(admin, missing);
    const present = wanted.filter((topic) => existing.has(topic));
    if (present.length > 0) await assertPartitions(admin, present);
    return missing;
  } finally {
    await admin.disconnect();
  }
}

/** Domain topics never expire: a subscriber can read them from the beginning. */
async function createTopics(admin: Admin, topics: readonly string[]): Promise<void> {
  await admin.createTopics({
    waitForLeaders: false,
    timeout: PATIENCE_MS,
    topics: topics.map((topic) => ({
      topic,
      numPartitions: PARTITIONS,
      configEntries: [
        { name: 'retention.ms', value: '-1' },
        { name: 'cleanup.policy', value: 'delete' },
      ],
    })),
  });
}

/** Created is not yet known, and known is not yet led: the broker follows its controller a moment later. */
async function untilServed(admin: Admin, topics: readonly string[]): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (const topic of topics) {
    for (;;) {
      try {
        await admin.fetchTopicOffsets(topic);
        break;
      } catch (error) {
        if (performance.now() > deadline) throw new Error(`nobody serves ${topic}`, { cause: error });
      }
      await pause(25);
    }
  }
}

async function assertPartitions(admin: Admin, topics: string[]): Promise<void> {
  const { topics: found } = await admin.fetchTopicMetadata({ topics });
  const wrong = found.filter(({ partitions }) => partitions.length !== PARTITIONS);
  if (wrong.length === 0) return;
  const list = wrong.map(({ name, partitions }) => `${name} (${partitions.length})`).join(', ');
  throw new Error(`these topics must have ${PARTITIONS} partitions: ${list}`);
}
