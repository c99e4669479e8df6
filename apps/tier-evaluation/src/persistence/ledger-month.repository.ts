import { addMonths, startOfMonth, type CalendarDate } from '#libs/kernel';
import { Database, sql } from '#libs/persistence';
import { Injectable } from '@nestjs/common';

/** The month partitions of the day ledger. */
@Injectable()
export class LedgerMonthRepository {
  readonly #database: Database;
  readonly #known = new Set<string>();

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Makes the partitions of the dates' months that are not there yet, in a transaction of its own that is committed
   * when this resolves: whoever books on such a date calls it before its first write. The reconciler makes months
   * ahead, so it finds something to do only when a client's business dates leap.
   */
  async ensure(dates: Iterable<CalendarDate>): Promise<void> {
    const months = [...new Set([...dates].map((date) => startOfMonth(date)))].filter(
      (month) => !this.#known.has(month),
    );
    if (months.length === 0) return;
    await this.#database.inTransaction((tx) =>
      tx.execute(sql`
        SELECT tier_evaluation.ensure_range_partition('day_entry', first, following, to_char(first::date, 'YYYY_MM'))
        FROM unnest(${months}::text[], ${months.map((month) => addMonths(month, 1))}::text[]) AS month (first, following)
        ORDER BY first`),
    );
    for (const month of months) this.#known.add(month);
  }
}
