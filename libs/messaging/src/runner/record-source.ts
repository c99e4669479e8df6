/**
 * The port to the Kafka client that reads. The runner knows records, offsets and pauses, and nothing of kafkajs, so that
 * the client can be exchanged, and so that a suite can hand records in exactly as Kafka would.
 */
export interface FetchedRecord {
  /** Of its partition; decimal. */
  readonly offset: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}

/** Records of one partition, in order. `topic` is without the prefix. */
export interface RecordBatch {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly FetchedRecord[];
  /** Acknowledges everything up to and including the offset; resolves when the broker has it. */
  acknowledge(offset: string): Promise<void>;
  /** True once the process shall stop or the partition is another's: finish the chunk in hand and return. */
  isStopping(): boolean;
}

/** Either through with the batch (as far as `isStopping` let it), or to come back later from the last acknowledged. */
export type BatchOutcome = { readonly kind: 'done' } | { readonly kind: 'retry'; readonly afterMs: number };

export interface RecordSourceHandlers {
  onBatch(batch: RecordBatch): Promise<BatchOutcome>;
  /** Reading has ended for good; only a new process can help. */
  onFatal(error: Error): void;
}

export interface RecordSource {
  /** Keeps trying in the background until the broker is there; resolves at once. */
  start(topics: readonly string[], handlers: RecordSourceHandlers): void;
  /** Stops fetching, waits for batches in hand, leaves the group. Resolves within the time in any case. */
  stop(withinMs: number): Promise<void>;
  /** True while this process is a member of its group. */
  isJoined(): boolean;
  /** The partitions that are this process's at the moment. */
  assigned(): readonly AssignedPartition[];
}

export interface AssignedPartition {
  /** Without the prefix. */
  readonly topic: string;
  readonly partition: number;
}

export const RECORD_SOURCE = Symbol('RecordSource');
