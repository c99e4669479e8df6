import { PARTITIONS, TOPICS } from '#libs/contracts';
import { setTimeout as pause } from 'node:timers/promises';
import { Kafka, logLevel, type Admin } from 'kafkajs';

export interface TopicOptions {
  readonly brokers: readonly string[];
  /** Before every topic's name; empty outside tests. */
  readonly prefix?: string;
}

/** Creates what is missing. @throws Error when a topic has another number of partitions: keys would change their lane. */
export async function ensureTopics({ brokers, prefix = '' }: TopicOptions): Promise<string[]> {
  const kafka = new Kafka({ clientId: 'laurel-topics', brokers: [...brokers], logLevel: logLevel.NOTHING });
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
    waitForLeaders: true,
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

/** Created is not yet led: the broker takes its partitions over a moment after the controller has answered. */
async function untilServed(admin: Admin, topics: readonly string[]): Promise<void> {
  for (const topic of topics) {
    for (let left = 200; !(await isServed(admin, topic)); left -= 1) {
      if (left === 0) throw new Error(`nobody leads the partitions of ${topic}`);
      await pause(25);
    }
  }
}

async function isServed(admin: Admin, topic: string): Promise<boolean> {
  try {
    await admin.fetchTopicOffsets(topic);
    return true;
  } catch (error) {
    if ((error as { retriable?: boolean }).retriable === true) return false;
    throw error;
  }
}

async function assertPartitions(admin: Admin, topics: string[]): Promise<void> {
  const { topics: found } = await admin.fetchTopicMetadata({ topics });
  const wrong = found.filter(({ partitions }) => partitions.length !== PARTITIONS);
  if (wrong.length === 0) return;
  const list = wrong.map(({ name, partitions }) => `${name} (${partitions.length})`).join(', ');
  throw new Error(`these topics must have ${PARTITIONS} partitions: ${list}`);
}
