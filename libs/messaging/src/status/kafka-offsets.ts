import { Logger } from '@nestjs/common';
import type { Admin } from 'kafkajs';
import { groupOf, type MessagingOptions } from '../messaging-options.ts';
import { describeError } from '../runner/faults.ts';
import { kafkaClient } from '../runner/kafka-client.ts';

export interface PartitionOffsets {
  /** Without the prefix. */
  readonly topic: string;
  readonly partition: number;
  /** What the group reads next; the topic's beginning when it has committed nothing. */
  readonly committed: number;
  readonly end: number;
  /** False until the group's first commit. */
  readonly hasCommitted: boolean;
}

/** Asks the broker how far the service's group is. The connection is made at the first question and kept. */
export class KafkaOffsets {
  readonly #options: MessagingOptions;
  #admin: Promise<Admin> | undefined;

  constructor(options: MessagingOptions) {
    this.#options = options;
  }

  async read(topics: readonly string[]): Promise<PartitionOffsets[]> {
    if (topics.length === 0) return [];
    try {
      const admin = await this.#connected();
      const names = topics.map((topic) => this.#options.topicPrefix + topic);
      const committed = await admin.fetchOffsets({ groupId: groupOf(this.#options), topics: names });
      const ends = await Promise.all(names.map((topic) => admin.fetchTopicOffsets(topic)));
      return topics.flatMap((topic, index) => {
        const ofGroup = new Map(
          committed
            .find((each) => each.topic === names[index])
            ?.partitions.map((each) => [each.partition, each.offset]),
        );
        return (ends[index] ?? []).map(({ partition, low, high }) => {
          const offset = Number(ofGroup.get(partition) ?? '-1');
          return {
            topic,
            partition,
            committed: offset < 0 ? Number(low) : offset,
            end: Number(high),
            hasCommitted: offset >= 0,
          };
        });
      });
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    const admin = this.#admin;
    this.#admin = undefined;
    await admin
      ?.then((connected) => connected.disconnect())
      .catch((error: unknown) => new Logger('Kafka').debug(describeError(error)));
  }

  #connected(): Promise<Admin> {
    this.#admin ??= (async () => {
      const admin = kafkaClient(this.#options, 'status').admin();
      await admin.connect();
      return admin;
    })();
    return this.#admin;
  }
}
