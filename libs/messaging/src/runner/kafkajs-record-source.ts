import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Consumer, EachBatchPayload } from 'kafkajs';
import { groupOf, MESSAGING_OPTIONS, type MessagingOptions } from '../messaging-options.ts';
import { Backoff, pause } from './backoff.ts';
import { describeError } from './faults.ts';
import { kafkaClient } from './kafka-client.ts';
import type { AssignedPartition, RecordBatch, RecordSource, RecordSourceHandlers } from './record-source.ts';

const PARTITIONS_AT_ONCE = 3;
/** Of a process that was killed: its partitions wait for so long. Beats go on beside a long handler, so it may be short. */
const SESSION_TIMEOUT_MS = 10_000;
const HEARTBEAT_MS = 2000;
/** Also how long a partition that may go on again can wait for a fetch in which all others have nothing. */
const LONGEST_FETCH_MS = 500;
const BYTES_PER_PARTITION = 1_048_576;

/** Reads through kafkajs `eachBatch`, with offsets, heartbeats and pauses in our own hands. */
@Injectable()
export class KafkajsRecordSource implements RecordSource {
  readonly #options: MessagingOptions;
  readonly #logger = new Logger('Kafka');
  readonly #stopping = new AbortController();
  readonly #resumes = new Set<NodeJS.Timeout>();
  #consumer: Consumer | undefined;
  #started: Promise<void> | undefined;
  #joined = false;
  #assigned: readonly AssignedPartition[] = [];

  constructor(@Inject(MESSAGING_OPTIONS) options: MessagingOptions) {
    this.#options = options;
  }

  isJoined(): boolean {
    return this.#joined;
  }

  assigned(): readonly AssignedPartition[] {
    return this.#joined ? this.#assigned : [];
  }

  start(topics: readonly string[], handlers: RecordSourceHandlers): void {
    this.#started = this.#startWhenPossible(topics, handlers);
  }

  async stop(withinMs: number): Promise<void> {
    this.#stopping.abort();
    for (const timer of this.#resumes) clearTimeout(timer);
    this.#joined = false;
    const finished = new AbortController();
    const stopped = Promise.resolve(this.#started)
      .then(() => this.#consumer?.disconnect())
      .finally(() => finished.abort());
    await Promise.race([stopped, pause(withinMs, finished.signal)]);
  }

  async #startWhenPossible(topics: readonly string[], handlers: RecordSourceHandlers): Promise<void> {
    const backoff = new Backoff();
    while (!this.#stopping.signal.aborted) {
      let consumer: Consumer | undefined;
      try {
        consumer = this.#newConsumer(handlers);
        await consumer.connect();
        await consumer.subscribe({
          topics: topics.map((topic) => this.#options.topicPrefix + topic),
          fromBeginning: true,
        });
        this.#consumer = consumer;
        await consumer.run({
          autoCommit: false,
          eachBatchAutoResolve: false,
          partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
          eachBatch: (payload) => this.#eachBatch(payload, handlers),
        });
        return;
      } catch (error) {
        this.#logger.warn(`consumers can not start yet: ${describeError(error)}`);
        await consumer?.disconnect().catch((failure: unknown) => this.#logger.debug(describeError(failure)));
        await pause(backoff.nextMs(), this.#stopping.signal);
      }
    }
  }

  #newConsumer(handlers: RecordSourceHandlers): Consumer {
    const sessionTimeout = this.#options.sessionTimeoutMs ?? SESSION_TIMEOUT_MS;
    const consumer = kafkaClient(this.#options, 'consumers').consumer({
      groupId: groupOf(this.#options),
      sessionTimeout,
      heartbeatInterval: Math.min(HEARTBEAT_MS, sessionTimeout / 3),
      maxWaitTimeInMs: LONGEST_FETCH_MS,
      maxBytesPerPartition: BYTES_PER_PARTITION,
      allowAutoTopicCreation: false,
      retry: { initialRetryTime: 200, maxRetryTime: 2000, retries: 8, restartOnFailure: () => Promise.resolve(true) },
    });
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      this.#joined = true;
      this.#assigned = Object.entries(payload.memberAssignment).flatMap(([topic, partitions]) =>
        partitions.map((partition) => ({ topic: this.#unprefixed(topic), partition })),
      );
    });
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      this.#joined = false;
      // kafkajs restarts by itself what it holds retriable; else the consumer stays stopped and the process would live on
      if (!payload.restart && !this.#stopping.signal.aborted) handlers.onFatal(payload.error);
    });
    return consumer;
  }

  /**
   * A rejection from here is the broker's (a heartbeat or a commit that a rebalance refused): kafkajs joins again and
   * fetches from the committed offset. Nothing else may reject: kafkajs would stop for good on a TypeError.
   */
  async #eachBatch(payload: EachBatchPayload, handlers: RecordSourceHandlers): Promise<void> {
    const beat = this.#keepBeating(payload);
    try {
      const outcome = await handlers.onBatch(this.#toBatch(payload, () => beat.lost !== undefined));
      if (outcome.kind === 'retry') this.#resumeLater(payload.pause(), outcome.afterMs);
    } finally {
      beat.stop();
    }
    if (beat.lost !== undefined) throw beat.lost;
    await payload.heartbeat();
  }

  #toBatch(payload: EachBatchPayload, isLost: () => boolean): RecordBatch {
    const { topic, partition, messages } = payload.batch;
    return {
      topic: this.#unprefixed(topic),
      partition,
      records: messages,
      isStopping: () => this.#stopping.signal.aborted || isLost() || payload.isStale(),
      acknowledge: async (offset) => {
        const next = (BigInt(offset) + 1n).toString();
        await payload.commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset: next }] }] });
        payload.resolveOffset(offset);
        await payload.heartbeat();
      },
    };
  }

  #unprefixed(topic: string): string {
    return topic.slice(this.#options.topicPrefix.length);
  }

  /** A handler may run longer than the session: beats go on beside it, and tell when the partition is lost. */
  #keepBeating(payload: EachBatchPayload): { readonly lost: Error | undefined; stop(): void } {
    const state: { lost: Error | undefined; stop(): void } = { lost: undefined, stop: () => clearInterval(timer) };
    const timer = setInterval(() => {
      payload.heartbeat().catch((error: unknown) => {
        state.lost = error instanceof Error ? error : new Error(String(error));
      });
    }, HEARTBEAT_MS);
    return state;
  }

  /** The partition rests, the others are fetched on. After a rebalance the same timer also frees a partition that came back. */
  #resumeLater(resume: () => void, afterMs: number): void {
    const timer = setTimeout(() => {
      this.#resumes.delete(timer);
      resume();
    }, afterMs);
    this.#resumes.add(timer);
  }
}
