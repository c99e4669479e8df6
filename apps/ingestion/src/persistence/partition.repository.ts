import { startOfMonth, type CalendarDate } from '#libs/kernel';
import { Database, sql } from '#libs/persistence';
import { Injectable } from '@nestjs/common';

export type PartitionedTable = 'video' | 'sales_entry';

/** Everything before lies in one partition, made by the migration. */
const FIRST_MONTH = '2016-01-01';

@Injectable()
export class PartitionRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Makes the partitions of the months that lack one. Each in a transaction of its own, for it is a table; never in the
   * transaction of a batch, which would wait for its locks. Twice and at once is harmless.
   * @returns whether any was made
   */
  async ensure(table: PartitionedTable, dates: Iterable<CalendarDate>): Promise<boolean> {
    const months = [...new Set([...dates].map(startOfMonth))].filter((month) => month >= FIRST_MONTH).sort();
    if (months.length === 0) return false;
    const missing = await this.#database.inTransaction((tx) =>
      tx.many<{ month: CalendarDate }>(sql`
        SELECT month FROM unnest(${months}::text[]) AS month
        WHERE to_regclass('ingestion.' || ${table} || '_' || replace(left(month, 7), '-', '_')) IS NULL`),
    );
    for (const { month } of missing) {
      await this.#database.inTransaction((tx) =>
        tx.execute(sql`
          SELECT ingestion.ensure_range_partition(
            ${table}, ${month}, (${month}::date + interval '1 month')::date::text,
            ${month.slice(0, 7).replace('-', '_')})`),
      );
    }
    return missing.length > 0;
  }
}
