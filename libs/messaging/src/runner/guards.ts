import { sql, trustedSql, type Statement, type Transaction } from '#libs/persistence';
import { keyOf } from '../outbox/lanes.ts';
import { subjectOf, type Delivery } from './delivery.ts';
import type { ChunkPlan, Gap } from './plan-chunk.ts';

/**
 * The tables by which one event has one effect. The version guard is moved first and answers with what stood before:
 * claim and question are one statement, so two processes that both believe to own a partition can not both be told
 * "next", with or without the lane lock.
 */
export class Guards {
  readonly #schema: Statement;

  constructor(schema: string) {
    this.#schema = trustedSql(schema);
  }

  /** Moves each subject's guard to its highest version here. @returns what stood before, of those that were lower */
  async claimVersions(
    tx: Transaction,
    consumer: string,
    deliveries: readonly Delivery[],
  ): Promise<Map<string, number>> {
    const highest = new Map<string, Delivery>();
    for (const delivery of deliveries) {
      const best = highest.get(subjectOf(delivery));
      if (best === undefined || best.event.aggregateVersion < delivery.event.aggregateVersion)
        highest.set(subjectOf(delivery), delivery);
    }
    if (highest.size === 0) return new Map();
    const events = [...highest.values()].map((delivery) => delivery.event);
    const rows = await tx.many<{ client_id: string; subject: string; before: string }>(sql`
      INSERT INTO ${this.#schema}.consumer_version AS v (consumer, client_id, subject, version)
      SELECT ${consumer}, * FROM unnest(
        ${events.map((event) => event.clientId)}::uuid[], ${events.map((event) => event.subject)}::text[],
        ${events.map((event) => event.aggregateVersion)}::bigint[])
      ON CONFLICT (consumer, client_id, subject) DO UPDATE SET version = excluded.version
      WHERE v.version < excluded.version
      RETURNING client_id, subject, coalesce(old.version, 0) AS before`);
    return new Map(rows.map((row) => [keyOf(row.client_id, row.subject), Number(row.before)]));
  }

  /** Claims facts by their id. @returns those that nobody has claimed before */
  async claimFacts(tx: Transaction, consumer: string, eventIds: readonly string[]): Promise<Set<string>> {
    if (eventIds.length === 0) return new Set();
    const rows = await tx.many<{ event_id: string }>(sql`
      INSERT INTO ${this.#schema}.inbox (consumer, event_id)
      SELECT ${consumer}, unnest(${eventIds}::uuid[])
      ON CONFLICT DO NOTHING RETURNING event_id`);
    return new Set(rows.map((row) => row.event_id));
  }

  async correct(tx: Transaction, consumer: string, corrections: ChunkPlan['corrections']): Promise<void> {
    if (corrections.size === 0) return;
    const all = [...corrections.values()];
    await tx.execute(sql`
      UPDATE ${this.#schema}.consumer_version v SET version = c.version
      FROM unnest(${all.map(({ delivery }) => delivery.event.clientId)}::uuid[],
                  ${all.map(({ delivery }) => delivery.event.subject)}::text[],
                  ${all.map(({ version }) => version)}::bigint[]) AS c (client_id, subject, version)
      WHERE v.consumer = ${consumer} AND v.client_id = c.client_id AND v.subject = c.subject`);
  }

  async recordGaps(tx: Transaction, consumer: string, gaps: readonly Gap[]): Promise<void> {
    if (gaps.length === 0) return;
    await tx.execute(sql`
      INSERT INTO ${this.#schema}.consumer_gap (consumer, client_id, subject, version_before, version_after)
      SELECT ${consumer}, * FROM unnest(
        ${gaps.map(({ delivery }) => delivery.event.clientId)}::uuid[],
        ${gaps.map(({ delivery }) => delivery.event.subject)}::text[],
        ${gaps.map(({ versionBefore }) => versionBefore)}::bigint[],
        ${gaps.map(({ delivery }) => delivery.event.aggregateVersion)}::bigint[])
      ON CONFLICT DO NOTHING`);
  }

  /** Adds to what is seen of each sync. Only for events that this transaction is the first to handle or set aside. */
  async countSeen(tx: Transaction, partition: number, seen: readonly SeenOfSync[]): Promise<void> {
    if (seen.length === 0) return;
    await tx.execute(sql`
      INSERT INTO ${this.#schema}.sync_count AS c (client_id, sequence, partition, seen)
      SELECT client_id, sequence, ${partition}::smallint, count(*)
      FROM unnest(${seen.map((each) => each.clientId)}::uuid[], ${seen.map((each) => each.sequence)}::bigint[])
           AS e (client_id, sequence)
      GROUP BY client_id, sequence
      ON CONFLICT (client_id, sequence, partition) DO UPDATE SET seen = c.seen + excluded.seen`);
  }
}

export interface SeenOfSync {
  readonly clientId: string;
  readonly sequence: number;
}
