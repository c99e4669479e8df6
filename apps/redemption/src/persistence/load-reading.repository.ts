import { sql, type Transaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { Load } from '../domain/backfill/throttle.ts';

/**
 * A process that has not told for so long does not count: it is gone. Not sooner, because one whose look takes seconds is
 * hurt, and its last word is the best there is.
 */
const FRESH_MS = 10_000;
const FORGET_MS = 3_600_000;

export interface LoadReading {
  readonly process: string;
  /** null where too few statements ran to say. */
  readonly foregroundFactor: number | null;
  /** Of their time that this process's workers have worked; 0: they have not. */
  readonly share: number;
}

export type WorstReading = Omit<Load, 'idleLagMs' | 'onlyRested'>;

/** What each process of the service measures, for all of them: who works is seldom who serves. */
@Injectable()
export class LoadReadingRepository {
  /** @returns the worst of what all processes have measured */
  async publish(reading: LoadReading, tx: Transaction): Promise<WorstReading> {
    await tx.execute(sql`
      INSERT INTO redemption.load_reading (process, read_at, foreground_factor, working_share, relay_lag_ms)
      SELECT ${reading.process}, clock_timestamp(), ${reading.foregroundFactor}::float8, ${reading.share}::float8,
             coalesce(max(waiting_ms), 0)
      FROM redemption.relay_cursor c CROSS JOIN LATERAL (
        SELECT extract(epoch FROM clock_timestamp() - o.written_at)::float8 * 1000 AS waiting_ms FROM redemption.outbox o
        WHERE o.shard = c.shard AND (o.xid, o.id) > (c.xid, c.id) ORDER BY o.xid, o.id LIMIT 1) AS oldest
      ON CONFLICT (process) DO UPDATE
      SET read_at = excluded.read_at, foreground_factor = excluded.foreground_factor,
          working_share = excluded.working_share, relay_lag_ms = excluded.relay_lag_ms`);
    return tx.one<WorstReading>(sql`
      SELECT max(foreground_factor) AS "foregroundFactor", coalesce(max(relay_lag_ms), 0) AS "relayLagMs",
             coalesce(max(working_share), 0) AS share
      FROM redemption.load_reading
      WHERE read_at > clock_timestamp() - make_interval(secs => ${FRESH_MS / 1_000}::float8)`);
  }

  /** Of processes that are long gone. */
  async forgetOld(tx: Transaction): Promise<void> {
    await tx.execute(sql`
      DELETE FROM redemption.load_reading
      WHERE read_at < clock_timestamp() - make_interval(secs => ${FORGET_MS / 1_000}::float8)`);
  }
}
