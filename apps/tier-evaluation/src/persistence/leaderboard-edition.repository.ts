import { sql, type Statement, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { changedPlaces, everyPlace } from './leaderboard-changes.ts';
import { shownIn, stillShown, type BoardState } from './leaderboard.repository.ts';

/** Places between two boundaries: what a rank counts at most. */
const PLACES_BETWEEN_BOUNDARIES = 500;

/** Places in one transaction that writes: a fraction of a second, since the relay waits for open writers. */
const PLACES_A_CHUNK = 5_000;

/** The edition after the shown one, in the making, as of the sync that was the latest applied when it began. */
export interface Making {
  readonly attempt: number;
  readonly edition: number;
  readonly from: BoardState;
}

/**
 * A chunk of rows, by column: arrays as Postgres writes and reads them. A million places pass through the process, and
 * not one is made into an object.
 */
export type Chunk<Column extends string> = Readonly<Record<Column | 'creatorIds', string>>;

export type NewPlaces = Chunk<'values' | 'waiting'>;
export type ReplacedPlaces = Chunk<'shownFrom'>;

/** Reads a cursor's next chunk; undefined at the end. */
export type ReadOn<Rows> = () => Promise<Rows | undefined>;

interface Boundary {
  readonly value: string;
  readonly above: string;
  readonly reached: string;
}

/** Makes the next edition of a client's board beside the one that is shown. */
@Injectable()
export class LeaderboardEditionRepository {
  /** Until the transaction ends nobody else makes this client's board. False when somebody does. */
  async tryHold(tx: TenantTransaction): Promise<boolean> {
    const row = await tx.one<{ held: boolean }>(sql`
      SELECT pg_try_advisory_xact_lock(hashtext(current_user || ':leaderboard'), hashtext(${tx.clientId}::text)) AS held`);
    return row.held;
  }

  /** In a transaction of its own: whoever made an edition before and has lost its hold writes nothing more. */
  async begin(tx: TenantTransaction, from: BoardState): Promise<Making> {
    const row = await tx.one<{ attempt: string }>(sql`
      INSERT INTO tier_evaluation.leaderboard AS l (client_id, attempt) VALUES (${tx.clientId}, 1)
      ON CONFLICT (client_id) DO UPDATE SET attempt = l.attempt + 1
      RETURNING attempt`);
    return { attempt: Number(row.attempt), edition: from.edition + 1, from };
  }

  /** Has the next edition summed from the whole ledger. */
  async makeWhole(tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`UPDATE tier_evaluation.leaderboard SET whole = true WHERE client_id = ${tx.clientId}`);
  }

  /** Opens a cursor over the places that the edition may change. */
  openChanges(tx: TenantTransaction, { from }: Making): Promise<ReadOn<NewPlaces>> {
    return openCursor(
      tx,
      from.whole ? everyPlace(tx, from) : changedPlaces(tx, from),
      sql`array_agg(value)::text AS values, array_agg(waiting)::text AS waiting`,
    );
  }

  /**
   * Puts places on the edition in the making and ends what they replace with it; what is the same stays. A place that an
   * attempt before has put is put right. False: has been replaced.
   */
  async put(tx: TenantTransaction, making: Making, places: NewPlaces): Promise<boolean> {
    if (!(await this.#isCurrent(tx, making))) return false;
    const { edition } = making;
    await tx.execute(sql`
      WITH given AS MATERIALIZED (
        SELECT g.creator_id, g.value, g.waiting, p.shown_from AS replaced
        FROM unnest(${places.creatorIds}::uuid[], ${places.values}::bigint[], ${places.waiting}::boolean[])
          AS g (creator_id, value, waiting)
        LEFT JOIN tier_evaluation.leaderboard_place p
          ON p.client_id = ${tx.clientId} AND p.creator_id = g.creator_id AND ${stillShown}
        WHERE (p.value, p.waiting) IS DISTINCT FROM (g.value, g.waiting)
      ), ended AS (
        UPDATE tier_evaluation.leaderboard_place p SET shown_until = ${edition} FROM given g
        WHERE p.client_id = ${tx.clientId} AND p.creator_id = g.creator_id AND p.shown_from = g.replaced
          AND g.replaced < ${edition}
      ), corrected AS (
        UPDATE tier_evaluation.leaderboard_place p SET value = g.value, waiting = g.waiting FROM given g
        WHERE p.client_id = ${tx.clientId} AND p.creator_id = g.creator_id AND p.shown_from = g.replaced
          AND g.replaced >= ${edition}
      )
      INSERT INTO tier_evaluation.leaderboard_place (client_id, creator_id, shown_from, value, waiting)
      SELECT ${tx.clientId}::uuid, creator_id, ${edition}::bigint, value, waiting FROM given
      WHERE replaced IS DISTINCT FROM ${edition}::bigint`);
    return true;
  }

  /** The values at every few hundredth place of the edition in the making, whose places are all put. */
  async boundaries(tx: TenantTransaction, edition: number): Promise<Boundary[]> {
    return tx.many<Boundary>(sql`
      WITH ties AS (
        SELECT p.value, count(*) AS creators FROM tier_evaluation.leaderboard_place p
        WHERE p.client_id = ${tx.clientId} AND ${shownIn(edition)} GROUP BY p.value
      ), counted AS (
        SELECT value, creators, sum(creators) OVER (ORDER BY value DESC)::bigint AS reached FROM ties
      ), ranked AS (
        SELECT value, reached - creators AS above, reached FROM counted
      )
      SELECT value, above, reached FROM ranked
      WHERE (above + ${PLACES_BETWEEN_BOUNDARIES - 1}::int) / ${PLACES_BETWEEN_BOUNDARIES}::int
            * ${PLACES_BETWEEN_BOUNDARIES}::int < reached`);
  }

  /** From now on the edition is what everybody sees. False: has been replaced. */
  async show(tx: TenantTransaction, making: Making, boundaries: readonly Boundary[]): Promise<boolean> {
    if (!(await this.#isCurrent(tx, making))) return false;
    await tx.execute(sql`
      INSERT INTO tier_evaluation.leaderboard_boundary (client_id, edition, value, above, reached)
      SELECT ${tx.clientId}::uuid, ${making.edition}::bigint, * FROM unnest(
        ${boundaries.map(({ value }) => value)}::bigint[], ${boundaries.map(({ above }) => above)}::bigint[],
        ${boundaries.map(({ reached }) => reached)}::bigint[])`);
    await tx.execute(sql`
      UPDATE tier_evaluation.leaderboard
      SET edition = ${making.edition}, sync_sequence = ${making.from.applied.sequence},
          whole = whole AND NOT ${making.from.whole}::boolean
      WHERE client_id = ${tx.clientId}`);
    return true;
  }

  /** Opens a cursor over the places that the shown edition has replaced. */
  openReplaced(tx: TenantTransaction, edition: number): Promise<ReadOn<ReplacedPlaces>> {
    const replaced = sql`
      SELECT p.creator_id, p.shown_from FROM tier_evaluation.leaderboard_place p
      WHERE p.client_id = ${tx.clientId} AND p.shown_until <= ${edition}`;
    return openCursor(tx, replaced, sql`array_agg(shown_from)::text AS "shownFrom"`);
  }

  /** Its snapshot goes with it. */
  async closeCursor(tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`CLOSE chunks`);
  }

  async remove(tx: TenantTransaction, replaced: ReplacedPlaces): Promise<void> {
    await tx.execute(sql`
      DELETE FROM tier_evaluation.leaderboard_place p
      USING unnest(${replaced.creatorIds}::uuid[], ${replaced.shownFrom}::bigint[]) AS g (creator_id, shown_from)
      WHERE p.client_id = ${tx.clientId} AND p.creator_id = g.creator_id AND p.shown_from = g.shown_from`);
  }

  async markSwept(tx: TenantTransaction, edition: number): Promise<void> {
    await tx.execute(sql`
      DELETE FROM tier_evaluation.leaderboard_boundary WHERE client_id = ${tx.clientId} AND edition < ${edition}`);
    await tx.execute(sql`
      UPDATE tier_evaluation.leaderboard SET swept_edition = ${edition}
      WHERE client_id = ${tx.clientId} AND swept_edition < ${edition}`);
  }

  /** Locks the client's row, so that two who take each other for dead write one after the other, and the first no more. */
  async #isCurrent(tx: TenantTransaction, { attempt }: Making): Promise<boolean> {
    const row = await tx.maybeOne(sql`
      SELECT 1 FROM tier_evaluation.leaderboard
      WHERE client_id = ${tx.clientId} AND attempt = ${attempt} FOR UPDATE`);
    return row !== undefined;
  }
}

async function openCursor<Rows extends object>(
  tx: TenantTransaction,
  query: Statement,
  columns: Statement,
): Promise<ReadOn<Rows>> {
  // All of it is read, so a plan for its first rows is the wrong one; and joins are of everybody with everybody, also
  // where Postgres has not counted them yet and takes a new board for a few rows.
  await tx.execute(sql`
    SELECT set_config('cursor_tuple_fraction', '1', true), set_config('enable_nestloop', 'off', true)`);
  await tx.execute(sql`
    DECLARE chunks NO SCROLL CURSOR FOR
    SELECT array_agg(creator_id)::text AS "creatorIds", ${columns}
    FROM (SELECT *, (row_number() OVER (ORDER BY creator_id) - 1) / ${PLACES_A_CHUNK}::int AS chunk FROM (${query}) one) numbered
    GROUP BY chunk ORDER BY chunk`);
  return () => tx.maybeOne<Rows>(sql`FETCH 1 FROM chunks`);
}
