import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TierChangedV1, TOPICS } from '#libs/contracts';
import { aCreator, createTestTopics, eventually, tierChanged, type TestTopics } from '#libs/testing';
import { Kafka, logLevel } from 'kafkajs';
import { ensureTopics } from '../../../infra/kafka/topics.ts';

describe('test topics', () => {
  let topics: TestTopics;
  beforeAll(async () => {
    topics = await createTestTopics();
  });
  afterAll(() => topics.remove());

  it('give back what was published, each key in order', async () => {
    const { clientId, creatorId } = aCreator();
    const events = [1, 2, 3].map((tierVersion) => tierChanged({ clientId, creatorId, tierVersion }));
    const ids = await topics.publish(events);
    const read = await topics.read(TierChangedV1.topic);
    expect(read.map(({ id }) => id)).toEqual(ids);
    expect(read.map(({ aggregateversion }) => aggregateversion)).toEqual([1, 2, 3]);
  });

  it('carry bytes that are no event', async () => {
    await topics.publishRaw('laurel.boost', { key: 'a:b', value: 'not json' });
    expect(await topics.readRaw('laurel.boost')).toEqual(['not json']);
    expect(await topics.read('laurel.client')).toEqual([]);
  });

  it('may be ensured again, but never with other partitions', async () => {
    await expect(ensureTopics(topics)).resolves.toEqual([]);
    const topic = `${topics.prefix}${TOPICS[0]}`;
    const admin = new Kafka({ brokers: topics.brokers, logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    await admin.createPartitions({ topicPartitions: [{ topic, count: 13 }] });
    await eventually(async () => (await admin.fetchTopicOffsets(topic)).length === 13);
    await admin.disconnect();
    await expect(ensureTopics(topics)).rejects.toThrow(`${TOPICS[0]} (13)`);
  });
});
