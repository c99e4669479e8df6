import { randomBytes, randomUUID } from 'node:crypto';
import type { NewEvent } from '#libs/contracts';
import { encodeEnvelope, ENVELOPE_HEADERS, keyOf, partitionOf, type Envelope } from '#libs/messaging';
import { Kafka, logLevel, type Admin, type Message, type Producer } from 'kafkajs';
import { ensureTopics } from '../../../../infra/kafka/topics.ts';
import { stackAddress } from '../stack/test-stack.ts';
import { readTopic } from './read-topic.ts';

export interface RawRecord {
  readonly key: string | null;
  readonly value: string | Buffer | null;
  /** That of the key when it is not given. */
  readonly partition?: number;
}

/** The topics of one test file, under a prefix of their own. */
export interface TestTopics {
  readonly brokers: string[];
  readonly prefix: string;
  /** Sends events in order, each as its service's relay would. @returns their event ids */
  publish(events: readonly NewEvent[]): Promise<string[]>;
  /** Sends bytes as they are. @param topic without the prefix */
  publishRaw(topic: string, record: RawRecord): Promise<void>;
  /** All that a topic holds at this moment, partition by partition. @param topic without the prefix */
  read(topic: string): Promise<Envelope[]>;
  /** The same, as text: also what is no envelope. */
  readRaw(topic: string): Promise<string[]>;
  /** Deletes the topics and the consumer groups under the prefix. */
  remove(): Promise<void>;
}

/** Creates every topic of the contracts under a prefix that nobody else has. */
export async function createTestTopics(): Promise<TestTopics> {
  const { brokers } = stackAddress();
  const prefix = `test-${randomBytes(6).toString('hex')}.`;
  await ensureTopics({ brokers, prefix });
  const patience = { connectionTimeout: 30_000, retry: { retries: 10 } };
  const kafka = new Kafka({ clientId: 'laurel-test', brokers, logLevel: logLevel.NOTHING, ...patience });
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  await producer.connect();
  const admin = kafka.admin();
  await admin.connect();
  return {
    brokers,
    prefix,
    publish: (events) => publish(producer, prefix, events),
    publishRaw: async (topic, { key, value, partition }) => {
      const target = partition ?? (key === null ? 0 : partitionOf(key));
      await producer.send({
        topic: prefix + topic,
        acks: -1,
        messages: [{ key, value, partition: target, headers: ENVELOPE_HEADERS }],
      });
    },
    read: async (topic) => (await readTopic(kafka, admin, prefix + topic)).map((text) => JSON.parse(text) as Envelope),
    readRaw: (topic) => readTopic(kafka, admin, prefix + topic),
    remove: async () => {
      await remove(admin, prefix);
      await Promise.all([producer.disconnect(), admin.disconnect()]);
    },
  };
}

async function publish(producer: Producer, prefix: string, events: readonly NewEvent[]): Promise<string[]> {
  const time = new Date().toISOString();
  const byTopic = new Map<string, Message[]>();
  const ids = events.map((event) => {
    const id = randomUUID();
    const key = keyOf(event.clientId, event.aggregateId);
    const value = encodeEnvelope({ event, id, time, source: 'laurel/test', traceparent: undefined });
    const messages = byTopic.get(event.definition.topic) ?? [];
    messages.push({ key, value, partition: partitionOf(key), headers: ENVELOPE_HEADERS });
    byTopic.set(event.definition.topic, messages);
    return id;
  });
  const topicMessages = [...byTopic].map(([topic, messages]) => ({ topic: prefix + topic, messages }));
  await producer.sendBatch({ acks: -1, topicMessages });
  return ids;
}

async function remove(admin: Admin, prefix: string): Promise<void> {
  const { groups } = await admin.listGroups();
  const empty = groups.map(({ groupId }) => groupId).filter((id) => id.startsWith(prefix));
  // A group whose consumers have not left yet can not be deleted; nobody else will ever use its name.
  if (empty.length > 0) await admin.deleteGroups(empty).catch(ignoreLivingGroups);
  const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(prefix));
  if (topics.length > 0) await admin.deleteTopics({ topics });
}

function ignoreLivingGroups(error: unknown): void {
  if (!(error instanceof Error) || error.name !== 'KafkaJSDeleteGroupsError') throw error;
}
