import { sql, type Statement, type Transaction } from '#libs/persistence';
import type { ParkedKey, ParkedRecord, WaitingEvent } from './parked.ts';

interface Filter {
  readonly id?: string;
  readonly limit: number;
}

/** Rows of the parking tables as an operator reads them. */
export async function readKeys(tx: Transaction, schema: Statement, { id, limit }: Filter): Promise<ParkedKey[]> {
  const rows = await tx.many<{
    id: string;
    consumer: string;
    client_id: string;
    aggregate_id: string;
    status: ParkedKey['status'];
    reason: string;
    attempts: number;
    waiting: string;
    parked_at: Date;
  }>(sql`
    SELECT k.id, k.consumer, k.client_id, k.aggregate_id, k.status, k.reason, k.attempts, k.parked_at,
           (SELECT count(*) FROM ${schema}.parked_event e WHERE e.parked_id = k.id) AS waiting
    FROM ${schema}.parked_key k WHERE ${id ?? null}::uuid IS NULL OR k.id = ${id ?? null}::uuid
    ORDER BY k.parked_at, k.id LIMIT ${limit}`);
  return rows.map((row) => ({
    kind: 'key',
    id: row.id,
    consumer: row.consumer,
    clientId: row.client_id,
    aggregateId: row.aggregate_id,
    status: row.status,
    reason: row.reason,
    attempts: row.attempts,
    waitingEvents: Number(row.waiting),
    parkedAt: row.parked_at.toISOString(),
  }));
}

/** Of a single id also a discarded one; in a list those that are still open. */
export async function readRecords(
  tx: Transaction,
  schema: Statement,
  { id, limit }: Filter,
): Promise<(ParkedRecord & { valueBase64: string | null })[]> {
  const rows = await tx.many<{
    id: string;
    topic: string;
    partition: number;
    kafka_offset: string;
    reason: string;
    value: Buffer | null;
    parked_at: Date;
  }>(sql`
    SELECT id, topic, partition, kafka_offset, reason, parked_at,
           CASE WHEN ${id ?? null}::uuid IS NULL THEN NULL ELSE value END AS value
    FROM ${schema}.parked_record
    WHERE CASE WHEN ${id ?? null}::uuid IS NULL THEN discarded_at IS NULL ELSE id = ${id ?? null}::uuid END
    ORDER BY parked_at, id LIMIT ${limit}`);
  return rows.map((row) => ({
    kind: 'record',
    id: row.id,
    topic: row.topic,
    partition: row.partition,
    offset: row.kafka_offset,
    reason: row.reason,
    parkedAt: row.parked_at.toISOString(),
    valueBase64: row.value?.toString('base64') ?? null,
  }));
}

export async function readWaiting(
  tx: Transaction,
  schema: Statement,
  parkedId: string,
  limit: number,
): Promise<WaitingEvent[]> {
  const rows = await tx.many<{
    event_id: string;
    subject: string;
    version: string;
    topic: string;
    partition: number;
    kafka_offset: string;
    value: string;
  }>(sql`
    SELECT event_id, subject, version, topic, partition, kafka_offset, value
    FROM ${schema}.parked_event WHERE parked_id = ${parkedId} ORDER BY position LIMIT ${limit}`);
  return rows.map((row) => ({
    eventId: row.event_id,
    subject: row.subject,
    aggregateVersion: Number(row.version),
    topic: row.topic,
    partition: row.partition,
    offset: row.kafka_offset,
    value: row.value,
  }));
}
