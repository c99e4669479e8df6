import { sql, trustedSql, type Database } from '#libs/persistence';

const DAYS_AHEAD = 7;
/** Published days that stay for whoever must look back. */
const DAYS_KEPT = 2;

/**
 * Makes the outbox's day partitions from yesterday to a week ahead. Before the first write of a process, then hourly.
 * Repeatable, and safe from several processes at once.
 */
export async function ensureOutboxPartitions(database: Database, schema: string): Promise<void> {
  await database.inTransaction((tx) =>
    tx.execute(sql`
      SELECT ${trustedSql(schema)}.ensure_range_partition(
               'outbox', day::date || ' 00:00:00+00', (day::date + 1) || ' 00:00:00+00', to_char(day, 'YYYYMMDD'))
      FROM generate_series((now() AT TIME ZONE 'UTC')::date - 1,
                           (now() AT TIME ZONE 'UTC')::date + ${DAYS_AHEAD}::int, interval '1 day') AS day`),
  );
}

/**
 * Drops days that every shard's cursor has passed; gives up after 200 ms when a lock is not free.
 * @returns how many were dropped
 */
export async function dropPublishedOutbox(database: Database, schema: string): Promise<number> {
  const { dropped } = await database.inTransaction((tx) =>
    tx.one<{ dropped: number }>(sql`SELECT ${trustedSql(schema)}.drop_published_outbox(${DAYS_KEPT}::int) AS dropped`),
  );
  return dropped;
}
