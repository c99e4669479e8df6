import type { EventDefinition, ReceivedEvent } from '#libs/contracts';
import type { EventBatch } from '#libs/messaging';
import { sql, type Transaction } from '#libs/persistence';
import type { TestDatabase } from '#libs/testing';

/** The service whose schema the tests of the messaging core borrow. */
export const SERVICE = 'redemption';
export const SCHEMA = 'redemption';

/** A table in which every effect of a test's consumer is a row: two rows are two effects. */
export async function createEffects(database: TestDatabase): Promise<void> {
  await database.asAdmin(async (tx) => {
    await tx.execute(sql`
      CREATE TABLE redemption.effect (
        id bigint GENERATED ALWAYS AS IDENTITY, consumer text NOT NULL, client_id uuid NOT NULL,
        aggregate_id text NOT NULL, subject text NOT NULL, version bigint NOT NULL, event_id uuid NOT NULL)`);
    await tx.execute(sql`GRANT SELECT, INSERT ON redemption.effect TO laurel_redemption`);
  });
}

export async function recordEffects(
  tx: Transaction,
  consumer: string,
  batch: EventBatch<EventDefinition>,
): Promise<void> {
  const { events } = batch;
  await tx.execute(sql`
    INSERT INTO redemption.effect (consumer, client_id, aggregate_id, subject, version, event_id)
    SELECT ${consumer}, * FROM unnest(
      ${events.map((event) => event.clientId)}::uuid[], ${events.map((event) => event.aggregateId)}::text[],
      ${events.map((event) => event.subject)}::text[], ${events.map((event) => event.aggregateVersion)}::bigint[],
      ${events.map((event: ReceivedEvent) => event.id)}::uuid[])`);
}

export interface Effect {
  readonly consumer: string;
  readonly aggregateId: string;
  readonly version: number;
}

/** In the order in which they happened. */
export async function readEffects(database: TestDatabase, consumer?: string): Promise<Effect[]> {
  const rows = await database.database(SERVICE).inTransaction((tx) =>
    tx.many<{ consumer: string; aggregate_id: string; version: string }>(sql`
      SELECT consumer, aggregate_id, version FROM redemption.effect
      WHERE ${consumer ?? null}::text IS NULL OR consumer = ${consumer ?? null} ORDER BY id`),
  );
  return rows.map((row) => ({ consumer: row.consumer, aggregateId: row.aggregate_id, version: Number(row.version) }));
}

/** The versions that had an effect, per aggregate, in order. */
export function versionsOf(effects: readonly Effect[]): Record<string, number[]> {
  const versions: Record<string, number[]> = {};
  for (const { aggregateId, version } of effects) (versions[aggregateId] ??= []).push(version);
  return versions;
}
