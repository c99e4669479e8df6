import { sql, type Transaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';

@Injectable()
export class HistoryPartitionRepository {
  /** Makes the quarters of the history from this one to two ahead. Repeatable. @returns how many it made */
  async ensure(tx: Transaction): Promise<number> {
    const { made } = await tx.one<{ made: number }>(sql`
      SELECT count(*) FILTER (WHERE commission_boost.ensure_range_partition(
               'boost_transition', quarter || '+00', (quarter + interval '3 months') || '+00',
               to_char(quarter, 'YYYY"q"Q')))::int AS made
      FROM generate_series(date_trunc('quarter', now() AT TIME ZONE 'UTC'),
                           (now() AT TIME ZONE 'UTC') + interval '6 months', interval '3 months') AS quarter`);
    return made;
  }
}
