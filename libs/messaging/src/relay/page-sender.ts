import { Logger } from '@nestjs/common';
import type { Producer, TopicMessages } from 'kafkajs';
import { ENVELOPE_HEADERS } from '../envelope/envelope.ts';
import { describeError } from '../runner/faults.ts';
import { kafkaClient } from '../runner/kafka-client.ts';
import type { MessagingOptions } from '../messaging-options.ts';
import type { OutboxRow } from './shard-leader.ts';

/** Sends pages of the outbox to Kafka: idempotent, acknowledged by all replicas, to the partition that stands in the row. */
export class PageSender {
  readonly #options: MessagingOptions;
  readonly #logger = new Logger('Relay');
  #producer: Producer | undefined;

  constructor(options: MessagingOptions) {
    this.#options = options;
  }

  /** One request for the whole page; rows of a topic keep their order. Rejects when any of them is not acknowledged. */
  async send(rows: readonly OutboxRow[]): Promise<void> {
    const producer = await this.#connected();
    try {
      await producer.sendBatch({ acks: -1, topicMessages: this.#byTopic(rows) });
    } catch (error) {
      // its sequence numbers may be out of step with the broker's; a fresh producer repeats the page, which is allowed
      await this.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    await producer?.disconnect().catch((error: unknown) => this.#logger.debug(describeError(error)));
  }

  async #connected(): Promise<Producer> {
    if (this.#producer !== undefined) return this.#producer;
    const producer = kafkaClient(this.#options, 'relay').producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner:
        () =>
        ({ message }) => {
          if (message.partition === undefined) throw new Error('the outbox row has no partition');
          return message.partition;
        },
    });
    await producer.connect();
    this.#producer = producer;
    return producer;
  }

  #byTopic(rows: readonly OutboxRow[]): TopicMessages[] {
    const topics = new Map<string, TopicMessages>();
    for (const { topic, key, value, partition } of rows) {
      let entry = topics.get(topic);
      if (entry === undefined) {
        entry = { topic: this.#options.topicPrefix + topic, messages: [] };
        topics.set(topic, entry);
      }
      entry.messages.push({ key, value, partition, headers: ENVELOPE_HEADERS });
    }
    return [...topics.values()];
  }
}
