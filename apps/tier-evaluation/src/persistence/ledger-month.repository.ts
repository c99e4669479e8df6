import { startOfMonth, type CalendarDate } from '#libs/kernel';
import { RetryLater } from '#libs/messaging';
import { Database, sql, type Transaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';

/** The month partitions of the day ledger. */
@Injectable()
export class LedgerMonthRepository {
  readonly #database: Database;
  readonly #known = new Set<CalendarDate>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** Makes the partitions of the dates' months that are not there yet, in a transaction of its own. Not for a batch. */
  async ensure(dates: Iterable<CalendarDate>): Promise<void> {
    const months = this.#unknownMonths(dates);
    if (months.length === 0) return;
    await this.#database.inTransaction((tx) =>
      tx.execute(sql`
        SELECT tier_evaluation.ensure_range_partition(
          'day_entry', first, (first::date + interval '1 month')::date::text, to_char(first::date, 'YYYY_MM'))
        FROM unnest(${months}::text[]) AS month (first)
        ORDER BY first`),
    );
    for (const month of months) this.#known.add(month);
  }

  /**
   * For a batch, before its first write: the months are there, or they are wanted and the batch comes back. Months are
   * made ahead, so only a client's first dates and leaps of months find one missing. That it is wanted is written in a
   * transaction of its own, since the batch's is rolled back.
   * @throws RetryLater until the reconciler has made them
   */
  async expect(dates: Iterable<CalendarDate>): Promise<void> {
    const months = this.#unknownMonths(dates);
    if (months.length === 0) return;
    const missing = await this.#database.inTransaction(async (tx) => {
      const found = await tx.many<{ month: CalendarDate }>(sql`
        SELECT month FROM unnest(${months}::text[]) AS month
        WHERE to_regclass('tier_evaluation.day_entry_' || to_char(month::date, 'YYYY_MM')) IS NULL`);
      if (found.length > 0) {
        await tx.execute(sql`
          INSERT INTO tier_evaluation.wanted_month (month) SELECT unnest(${found.map(({ month }) => month)}::date[])
          ON CONFLICT DO NOTHING`);
      }
      return new Set(found.map(({ month }) => month));
    });
    for (const month of months) if (!missing.has(month)) this.#known.add(month);
    if (missing.size > 0) throw new RetryLater(`the day ledger has no ${[...missing].sort().join(', ')} yet`);
  }

  /** Every month that a batch has ever missed. */
  async wanted(tx: Transaction): Promise<CalendarDate[]> {
    const rows = await tx.many<{ month: CalendarDate }>(sql`
      SELECT month::text AS month FROM tier_evaluation.wanted_month ORDER BY month`);
    return rows.map((row) => row.month);
  }

  #unknownMonths(dates: Iterable<CalendarDate>): CalendarDate[] {
    const months = new Set([...dates].map((date) => startOfMonth(date)));
    return [...months].filter((month) => !this.#known.has(month));
  }
}
