import { Inject, Injectable, Logger } from '@nestjs/common';
import type { CustomTransportStrategy } from '@nestjs/microservices';
import { MESSAGING_OPTIONS, type MessagingOptions } from '../messaging-options.ts';
import { BatchProcessor } from './batch-processor.ts';
import { ConsumerRegistry } from './consumer-registry.ts';
import { RECORD_SOURCE, type RecordSource } from './record-source.ts';

const STOP_WITHIN_MS = 8000;

/**
 * The consumers as a Nest transport. Nest's own Kafka server hands over one message at a time and retries a failing one
 * for ever; this one hands whole batches to the runner.
 */
@Injectable()
export class KafkaBatchTransport implements CustomTransportStrategy {
  readonly transportId = Symbol('laurel-kafka-batch');
  readonly #options: MessagingOptions;
  readonly #registry: ConsumerRegistry;
  readonly #processor: BatchProcessor;
  readonly #source: RecordSource;
  #stopped: Promise<void> | undefined;
  #isListening = false;

  constructor(
    @Inject(MESSAGING_OPTIONS) options: MessagingOptions,
    registry: ConsumerRegistry,
    processor: BatchProcessor,
    @Inject(RECORD_SOURCE) source: RecordSource,
  ) {
    this.#options = options;
    this.#registry = registry;
    this.#processor = processor;
    this.#source = source;
  }

  get isWanted(): boolean {
    return this.#options.roles.includes('consumers');
  }

  /** True when the consumers of this process are members of their group, or there is nothing to consume. */
  get isReady(): boolean {
    return !this.isWanted || this.#registry.topics().length === 0 || this.#source.isJoined();
  }

  listen(callback: (error?: unknown) => void): void {
    const topics = this.#registry.topics();
    this.#isListening = topics.length > 0;
    if (this.#isListening) {
      this.#source.start(topics, {
        onBatch: (batch) => this.#processor.process(batch),
        onFatal: (error) => this.#die(error),
      });
    }
    callback();
  }

  /** Finishes the chunk in hand, commits it, leaves the group. Repeatable. */
  close(): Promise<void> {
    if (!this.#isListening) return Promise.resolve();
    return (this.#stopped ??= this.#source.stop(STOP_WITHIN_MS));
  }

  #die(error: Error): void {
    new Logger('Consumers').fatal(`the consumers have stopped for good: ${error.message}`, error.stack);
    if (this.#options.onFatal) this.#options.onFatal(error);
    else process.exit(1);
  }
}
