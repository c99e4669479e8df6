import { Inject, Injectable } from '@nestjs/common';
import { Database, sql, trustedSql, type Statement } from '#libs/persistence';
import { groupOf, MESSAGING_OPTIONS, type MessagingOptions } from '../messaging-options.ts';
import { ConsumerRegistry } from '../runner/consumer-registry.ts';
import { RECORD_SOURCE, type RecordSource } from '../runner/record-source.ts';
import { placeOf, RunnerProgress } from '../runner/runner-progress.ts';
import { describeError } from '../runner/faults.ts';
import { KafkaOffsets, type PartitionOffsets } from './kafka-offsets.ts';
import { LivenessWatch } from './liveness-watch.ts';
import { toMetrics, type Metric } from './metrics.ts';

export interface TopicLag {
  readonly group: string;
  readonly topic: string;
  /** Records not yet committed by the group, over all partitions. */
  readonly lag: number;
}

export interface MessagingReport {
  /** Committed outbox rows that no relay has published yet. Exact. */
  readonly outboxPending: number;
  /** 0 when nothing is pending. */
  readonly oldestUnpublishedSeconds: number;
  readonly consumers: readonly TopicLag[];
  /** Keys that wait, with those being released. */
  readonly parkedKeys: number;
  /** Keys whose events are being replayed: work that happens by itself. */
  readonly releasingKeys: number;
  /** Unreadable records that nobody has discarded. */
  readonly parkedRecords: number;
  /** Events published by the service, ever. */
  readonly published: number;
  /** Grows with every event published and every offset committed: two equal readings mean that nothing moved between. */
  readonly counter: number;
}

/** `alive: false` asks for a new process; `detail` says why in one line. */
export interface Liveness {
  readonly alive: boolean;
  readonly detail: string;
}

/** Where the service's messages stand: of the whole service, whichever of its processes is asked. */
@Injectable()
export class MessagingStatus {
  readonly #database: Database;
  readonly #options: MessagingOptions;
  readonly #registry: ConsumerRegistry;
  readonly #progress: RunnerProgress;
  readonly #source: RecordSource;
  readonly #schema: Statement;
  readonly #offsets: KafkaOffsets;
  readonly #watch: LivenessWatch;

  constructor(
    database: Database,
    @Inject(MESSAGING_OPTIONS) options: MessagingOptions,
    registry: ConsumerRegistry,
    progress: RunnerProgress,
    @Inject(RECORD_SOURCE) source: RecordSource,
  ) {
    this.#database = database;
    this.#options = options;
    this.#registry = registry;
    this.#progress = progress;
    this.#source = source;
    this.#schema = trustedSql(options.schema);
    this.#offsets = new KafkaOffsets(options);
    this.#watch = new LivenessWatch(progress);
  }

  /** @throws when the database or the broker can not be asked */
  async read(): Promise<MessagingReport> {
    const topics = this.#registry.topics();
    const [tables, offsets] = await Promise.all([this.#readTables(), this.#offsets.read(topics)]);
    const group = groupOf(this.#options);
    const consumers = topics.map((topic) => ({
      group,
      topic,
      lag: lagOf(offsets.filter((each) => each.topic === topic)),
    }));
    const committed = offsets.reduce((sum, each) => sum + (each.hasCommitted ? each.committed : 0), 0);
    return { ...tables, consumers, counter: tables.published + committed };
  }

  /** Of this process. An unreachable broker is not cured by a new process, so it does not count against this one. */
  async liveness(): Promise<Liveness> {
    const own = new Set(this.#source.assigned().map(({ topic, partition }) => placeOf(topic, partition)));
    if (own.size === 0) return { alive: true, detail: 'nothing is assigned to this process' };
    try {
      const offsets = await this.#offsets.read(this.#registry.topics());
      return this.#watch.judge(
        offsets.filter(({ topic, partition }) => own.has(placeOf(topic, partition))),
        performance.now(),
      );
    } catch (error) {
      return { alive: true, detail: `the broker can not be asked: ${describeError(error)}` };
    }
  }

  /** For `/metrics`: the service's numbers and what this process has done. */
  async metrics(): Promise<Metric[]> {
    return toMetrics(await this.read(), this.#progress);
  }

  async close(): Promise<void> {
    await this.#offsets.close();
  }

  async #readTables() {
    const row = await this.#database.inTransaction((tx) =>
      tx.one<{
        pending: string;
        oldest: number;
        published: string;
        keys: string;
        releasing: string;
        records: string;
      }>(sql`
        SELECT (SELECT coalesce(sum(n), 0) FROM ${this.#schema}.relay_cursor c, LATERAL (
                  SELECT count(*) AS n FROM ${this.#schema}.outbox o
                  WHERE o.shard = c.shard AND (o.xid, o.id) > (c.xid, c.id)) AS each_shard) AS pending,
               (SELECT coalesce(max(extract(epoch FROM clock_timestamp() - first_row.written_at)), 0)::float8
                FROM ${this.#schema}.relay_cursor c, LATERAL (
                  SELECT o.written_at FROM ${this.#schema}.outbox o
                  WHERE o.shard = c.shard AND (o.xid, o.id) > (c.xid, c.id)
                  ORDER BY o.xid, o.id LIMIT 1) AS first_row) AS oldest,
               (SELECT sum(published) FROM ${this.#schema}.relay_cursor) AS published,
               (SELECT count(*) FROM ${this.#schema}.parked_key) AS keys,
               (SELECT count(*) FROM ${this.#schema}.parked_key WHERE status = 'releasing') AS releasing,
               (SELECT count(*) FROM ${this.#schema}.parked_record WHERE discarded_at IS NULL) AS records`),
    );
    return {
      outboxPending: Number(row.pending),
      oldestUnpublishedSeconds: Math.max(0, row.oldest),
      published: Number(row.published),
      parkedKeys: Number(row.keys),
      releasingKeys: Number(row.releasing),
      parkedRecords: Number(row.records),
    };
  }
}

function lagOf(offsets: readonly PartitionOffsets[]): number {
  return offsets.reduce((sum, each) => sum + Math.max(0, each.end - each.committed), 0);
}
