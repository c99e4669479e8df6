import type { CalendarDate, ClientId, SyncId } from '#libs/kernel';
import type { ReceivedEvent, SyncCompletedV1 } from '#libs/contracts';
import { sql, trustedSql, type Transaction } from '#libs/persistence';

/** A sync that ingestion has published whole. */
export interface CompletedSync {
  readonly clientId: ClientId;
  /** Gapless per client, from 1. */
  readonly sequence: number;
  readonly syncId: SyncId;
  readonly businessDate: CalendarDate;
  /** Null for the client's first sync. */
  readonly previousBusinessDate: CalendarDate | null;
  /** How many counted events belong to it. */
  readonly expected: number;
  readonly fileSha256: string;
}

/** Notes what `sync.completed` says; for the service's `<service>.record-completed-sync` consumer. Repeatable. */
export async function recordCompletedSyncs(
  tx: Transaction,
  schema: string,
  events: readonly ReceivedEvent<typeof SyncCompletedV1>[],
): Promise<void> {
  if (events.length === 0) return;
  const name = trustedSql(schema);
  await tx.execute(sql`
    INSERT INTO ${name}.completed_sync
      (client_id, sequence, sync_id, business_date, previous_business_date, expected, file_sha256)
    SELECT * FROM unnest(
      ${events.map((event) => event.clientId)}::uuid[], ${events.map((event) => event.data.syncSequence)}::bigint[],
      ${events.map((event) => event.data.syncId)}::uuid[], ${events.map((event) => event.data.businessDate)}::date[],
      ${events.map((event) => event.data.previousBusinessDate)}::date[],
      ${events.map((event) => event.data.creatorSalesEvents)}::bigint[],
      ${events.map((event) => event.data.fileSha256)}::text[])
    ON CONFLICT DO NOTHING`);
  await tx.execute(sql`
    INSERT INTO ${name}.watermark AS w (client_id, completed_sequence)
    SELECT client_id, max(sequence)
    FROM unnest(${events.map((event) => event.clientId)}::uuid[],
                ${events.map((event) => event.data.syncSequence)}::bigint[]) AS e (client_id, sequence)
    GROUP BY client_id ORDER BY client_id
    ON CONFLICT (client_id) DO UPDATE SET completed_sequence = excluded.completed_sequence
    WHERE w.completed_sequence < excluded.completed_sequence`);
}
