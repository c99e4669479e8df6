import type { CalendarDate, CreatorId, SyncId } from '#libs/kernel';
import { sql, type Statement, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { MetricValue } from '../domain/ladder/ladder.ts';
import { SALES_CONSUMER } from './standing.repository.ts';

/** A board as it is shown: made whole, as of one sync. */
export interface ShownBoard {
  readonly edition: number;
  readonly syncId: SyncId;
  readonly asOf: CalendarDate;
}

interface SyncReached {
  readonly sequence: number;
  readonly date: CalendarDate;
}

/** How far a client's board is. */
export interface BoardState {
  /** The edition that is shown; 0: there is no board. */
  readonly edition: number;
  /** The sync it is as of; where there is no board, the applied one. */
  readonly shown: SyncReached;
  /** The client's latest applied sync. */
  readonly applied: SyncReached;
  readonly sweptEdition: number;
  /** The next edition is summed from the whole ledger. */
  readonly whole: boolean;
  /** A creator of a parked key, who was put on the board with what was booked by then, has been released. */
  readonly released: boolean;
}

export interface BoardPlace {
  readonly creatorId: CreatorId;
  readonly value: MetricValue;
}

/** What a client's board shows. Whoever asks twice does so in one snapshot: an edition may be replaced any time. */
@Injectable()
export class LeaderboardRepository {
  /** Undefined before the client's first sync is applied and its board is made. */
  async shown(tx: TenantTransaction): Promise<ShownBoard | undefined> {
    const row = await tx.maybeOne<{ edition: string; sync_id: SyncId; as_of: CalendarDate }>(sql`
      SELECT l.edition, c.sync_id, c.business_date::text AS as_of
      FROM tier_evaluation.leaderboard l
      JOIN tier_evaluation.completed_sync c ON c.client_id = l.client_id AND c.sequence = l.sync_sequence
      WHERE l.client_id = ${tx.clientId} AND l.edition > 0`);
    return row === undefined ? undefined : { edition: Number(row.edition), syncId: row.sync_id, asOf: row.as_of };
  }

  /** Places after one, from the greatest value down; equal values in the order of the ids, from the last. */
  async places(
    tx: TenantTransaction,
    edition: number,
    page: { readonly after: BoardPlace | undefined; readonly fetch: number },
  ): Promise<BoardPlace[]> {
    const { after, fetch } = page;
    const below = after === undefined ? sql`` : sql`AND (p.value, p.creator_id) < (${after.value}, ${after.creatorId})`;
    const rows = await tx.many<{ creator_id: CreatorId; value: string }>(sql`
      SELECT p.creator_id, p.value FROM tier_evaluation.leaderboard_place p
      WHERE p.client_id = ${tx.clientId} AND ${shownIn(edition)} ${below}
      ORDER BY p.value DESC, p.creator_id DESC LIMIT ${fetch}`);
    return rows.map((row) => ({ creatorId: row.creator_id, value: BigInt(row.value) }));
  }

  async placeOf(tx: TenantTransaction, edition: number, creatorId: CreatorId): Promise<BoardPlace | undefined> {
    const row = await tx.maybeOne<{ value: string }>(sql`
      SELECT p.value FROM tier_evaluation.leaderboard_place p
      WHERE p.client_id = ${tx.clientId} AND p.creator_id = ${creatorId} AND ${shownIn(edition)}`);
    return row === undefined ? undefined : { creatorId, value: BigInt(row.value) };
  }

  /**
   * How many creators of the edition are above each value: those who reach the next boundary up, and those between it
   * and the value, who are fewer than lie from one boundary to the next.
   */
  async countAbove(
    tx: TenantTransaction,
    edition: number,
    values: readonly MetricValue[],
  ): Promise<ReadonlyMap<MetricValue, number>> {
    const rows = await tx.many<{ value: string; above: string }>(sql`
      SELECT given.value, CASE WHEN b.value = given.value THEN b.above ELSE b.reached + (
               SELECT count(*) FROM tier_evaluation.leaderboard_place p
               WHERE p.client_id = ${tx.clientId} AND p.value > given.value AND p.value < b.value AND ${shownIn(edition)}
             ) END AS above
      FROM unnest(${values}::bigint[]) AS given (value)
      CROSS JOIN LATERAL (
        SELECT b.value, b.above, b.reached FROM tier_evaluation.leaderboard_boundary b
        WHERE b.client_id = ${tx.clientId} AND b.edition = ${edition} AND b.value >= given.value ORDER BY b.value LIMIT 1
      ) b`);
    return new Map(rows.map((row) => [BigInt(row.value), Number(row.above)]));
  }

  /** True while the board is not as of the latest applied sync and that was applied only seconds ago. */
  async isAboutToChange(tx: TenantTransaction): Promise<boolean> {
    const row = await tx.maybeOne(sql`
      SELECT 1 FROM tier_evaluation.watermark w
      LEFT JOIN tier_evaluation.leaderboard l ON l.client_id = w.client_id
      WHERE w.client_id = ${tx.clientId} AND w.applied_sequence > coalesce(l.sync_sequence, 0)
        AND w.moved_at > now() - interval '5 seconds'`);
    return row !== undefined;
  }

  /** Undefined for a client of whom no sync is applied. */
  async state(tx: TenantTransaction): Promise<BoardState | undefined> {
    const row = await tx.maybeOne<StateRow>(sql`
      SELECT coalesce(l.edition, 0) AS edition, coalesce(l.swept_edition, 0) AS swept, coalesce(l.whole, true) AS whole,
             a.sequence AS applied, a.business_date::text AS applied_on,
             coalesce(b.sequence, a.sequence) AS shown, coalesce(b.business_date, a.business_date)::text AS shown_on,
             EXISTS (SELECT 1 FROM tier_evaluation.leaderboard_place p
                     WHERE p.client_id = ${tx.clientId} AND p.waiting AND ${stillShown} AND NOT EXISTS (
                       SELECT 1 FROM tier_evaluation.parked_key k
                       WHERE k.consumer = ${SALES_CONSUMER} AND k.client_id = p.client_id
                         AND k.aggregate_id = p.creator_id::text)) AS released
      FROM tier_evaluation.watermark w
      JOIN tier_evaluation.completed_sync a ON a.client_id = w.client_id AND a.sequence = w.applied_sequence
      LEFT JOIN tier_evaluation.leaderboard l ON l.client_id = w.client_id
      LEFT JOIN tier_evaluation.completed_sync b ON b.client_id = l.client_id AND b.sequence = l.sync_sequence
      WHERE w.client_id = ${tx.clientId}`);
    if (row === undefined) return undefined;
    return {
      edition: Number(row.edition),
      shown: { sequence: Number(row.shown), date: row.shown_on },
      applied: { sequence: Number(row.applied), date: row.applied_on },
      sweptEdition: Number(row.swept),
      whole: row.whole,
      released: row.released,
    };
  }
}

interface StateRow {
  edition: string;
  swept: string;
  whole: boolean;
  applied: string;
  applied_on: CalendarDate;
  shown: string;
  shown_on: CalendarDate;
  released: boolean;
}

/** Whether the board says less than there is to say. */
export function isBehind(state: BoardState): boolean {
  return state.whole || state.released || state.shown.sequence < state.applied.sequence;
}

/** Of `leaderboard_place p`: whether an edition shows it. */
export function shownIn(edition: number): Statement {
  return sql`p.shown_from <= ${edition} AND p.shown_until > ${edition}`;
}

/** Of `leaderboard_place p`: the latest row of a creator, of the shown edition or of the one in the making. */
export const stillShown = sql`p.shown_until = 9223372036854775807`;
