import { sql, type Statement, type TenantTransaction } from '#libs/persistence';
import { shownIn, stillShown, type BoardState } from './leaderboard.repository.ts';
import { SALES_CONSUMER } from './standing.repository.ts';

/**
 * Everybody, with what the whole ledger comes to as of the sync: sales of syncs up to it, adjustments that came before it
 * was applied. For the first board, and for one that is made again.
 */
export function everyPlace(tx: TenantTransaction, { applied }: BoardState): Statement {
  return sql`
    WITH booked AS (
      SELECT e.creator_id, sum(e.value) AS value FROM tier_evaluation.day_entry e
      WHERE e.client_id = ${tx.clientId} AND e.booked_on <= ${applied.date} AND ${knownAt(applied.sequence)}
      GROUP BY e.creator_id
    )
    SELECT s.creator_id, coalesce(b.value, 0)::bigint AS value, k.creator_id IS NOT NULL AS waiting
    FROM tier_evaluation.standing s
    LEFT JOIN booked b ON b.creator_id = s.creator_id
    LEFT JOIN (${parkedCreators(tx)}) k ON k.creator_id = s.creator_id
    WHERE s.client_id = ${tx.clientId}`;
}

/**
 * Who was moved since the shown board, who is new, and whose events were or are set aside. The first get what the syncs
 * since have brought, with the adjustments that came before the latest of them, added to what they have; late events of
 * released keys belong to syncs that were counted long ago, so those creators are summed from the whole ledger.
 */
export function changedPlaces(tx: TenantTransaction, { shown, applied, edition }: BoardState): Statement {
  const { clientId } = tx;
  const dates = sql`e.booked_on BETWEEN ${shown.date}::date AND ${applied.date}::date`;
  return sql`
    WITH apart AS MATERIALIZED (
      SELECT creator_id, bool_or(parked) AS waiting FROM (
        SELECT k.creator_id, true AS parked FROM (${parkedCreators(tx)}) k
        JOIN tier_evaluation.standing s ON s.client_id = ${clientId} AND s.creator_id = k.creator_id
        UNION ALL
        SELECT p.creator_id, false FROM tier_evaluation.leaderboard_place p
        WHERE p.client_id = ${clientId} AND p.waiting AND ${stillShown}
      ) one GROUP BY creator_id
    ), moved AS (
      SELECT creator_id, sum(value) AS value FROM (
        SELECT e.creator_id, e.value FROM tier_evaluation.day_entry e
        WHERE e.client_id = ${clientId} AND ${dates} AND e.adjustment_number = 0
          AND e.sync_sequence > ${shown.sequence} AND e.sync_sequence <= ${applied.sequence}
        UNION ALL
        SELECT e.creator_id, e.value FROM tier_evaluation.day_entry e
        WHERE e.client_id = ${clientId} AND ${dates} AND e.adjustment_number > 0
          AND e.sync_sequence >= ${shown.sequence} AND e.sync_sequence < ${applied.sequence}
      ) entry GROUP BY creator_id
    ), newcomer AS (
      SELECT s.creator_id FROM tier_evaluation.standing s
      WHERE s.client_id = ${clientId} AND NOT EXISTS (
        SELECT 1 FROM tier_evaluation.leaderboard_place p
        WHERE p.client_id = ${clientId} AND p.creator_id = s.creator_id AND ${stillShown})
    )
    SELECT creator_id, (coalesce(p.value, 0) + coalesce(moved.value, 0))::bigint AS value, false AS waiting
    FROM moved FULL JOIN newcomer USING (creator_id)
    LEFT JOIN (
      SELECT p.creator_id, p.value FROM tier_evaluation.leaderboard_place p
      WHERE p.client_id = ${clientId} AND ${shownIn(edition)}
    ) p USING (creator_id)
    WHERE creator_id NOT IN (SELECT creator_id FROM apart)
    UNION ALL
    SELECT apart.creator_id, coalesce((
      SELECT sum(e.value) FROM tier_evaluation.day_entry e
      WHERE e.client_id = ${clientId} AND e.creator_id = apart.creator_id
        AND e.booked_on <= ${applied.date} AND ${knownAt(applied.sequence)}), 0)::bigint, apart.waiting
    FROM apart`;
}

/** Of `day_entry e`: what counts as of a sync. An adjustment bears the sync that it came after. */
function knownAt(syncSequence: number): Statement {
  return sql`(CASE WHEN e.adjustment_number = 0 THEN e.sync_sequence <= ${syncSequence}
                   ELSE e.sync_sequence < ${syncSequence} END)`;
}

/** The keys of a sales event are ids of creators; what is none is nobody's. */
function parkedCreators(tx: TenantTransaction): Statement {
  return sql`
    SELECT CASE WHEN pg_input_is_valid(k.aggregate_id, 'uuid') THEN k.aggregate_id::uuid END AS creator_id
    FROM tier_evaluation.parked_key k
    WHERE k.consumer = ${SALES_CONSUMER} AND k.client_id = ${tx.clientId}`;
}
