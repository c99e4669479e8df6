import { PARTITIONS, TOPICS } from '#libs/contracts';
import { setTimeout as pause } from 'node:timers/promises';
import { Kafka, logLevel, type Admin, type RetryOptions } from 'kafkajs';

export interface TopicOptions {
  readonly brokers: readonly string[];
  /** Before every topic's name; empty outside tests. */
  readonly prefix?: string;
}

/** A machine that builds, tests and runs a broker at once is slow, not broken. */
const PATIENCE_MS = 30_000;

/** Creates what is missing. @throws Error when a topic has another number of partitions: keys would change their lane. */
export async function ensureTopics({ brokers, prefix = '' }: TopicOptions): Promise<string[]> {
  const wanted = TOPICS.map((topic) => prefix + topic);
  const missing = await withAdmin(brokers, async (admin) => {
    const existing = new Set(await admin.listTopics());
    const present = wanted.filter((topic) => existing.has(topic));
    if (present.length > 0) await assertPartitions(admin, present);
    const absent = wanted.filter((topic) => !existing.has(topic));
    if (absent.length > 0) await createTopics(admin, absent);
    return absent;
  });
  if (missing.length > 0) await withAdmin(brokers, (admin) => untilServed(admin, missing), ASK_ONCE);
  return missing;
}

/** Where the caller asks again by itself, kafkajs must not: its pauses grow to seconds. */
const ASK_ONCE: RetryOptions = { retries: 0 };

async function withAdmin<T>(
  brokers: readonly string[],
  work: (admin: Admin) => Promise<T>,
  retry?: RetryOptions,
): Promise<T> {
  const kafka = new Kafka({
    clientId: 'laurel-topics',
    brokers: [...brokers],
    logLevel: logLevel.NOTHING,
    connectionTimeout: PATIENCE_MS,
    ...(retry === undefined ? {} : { retry }),
  });
  const admin = kafka.admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

/**
 * The relay keeps its requests under the broker's usual limit; this is for one event that is larger by itself: a creator
 * whose videos of 100,000 different days are all in one file.
 */
const LARGEST_MESSAGE_BYTES = 16 * 1024 * 1024;

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
        { name: 'max.message.bytes', value: String(LARGEST_MESSAGE_BYTES) },
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
