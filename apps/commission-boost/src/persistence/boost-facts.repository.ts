import type { BoostId } from '#libs/kernel';
import { sql, type Statement, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { BoostStatus } from '../domain/boost/boost-status.ts';
import type { Balances, BoostFacts } from '../domain/comparison/compare-boost.ts';
import { BOOST_COLUMNS, toBoost, type BoostRow } from './boost-row.ts';

/** What ingestion told of the creator: as of both readings, and between them. */
const ENTRIES: Statement = sql`
  LEFT JOIN LATERAL (
    SELECT g.lifetime_gmv_minor AS gmv FROM commission_boost.creator_gmv AS g
    WHERE g.client_id = chunk.client_id AND g.creator_id = chunk.creator_id
      AND g.sync_sequence <= chunk.activation_sync_sequence
    ORDER BY g.sync_sequence DESC LIMIT 1) AS at_activation ON true
  LEFT JOIN LATERAL (
    SELECT g.lifetime_gmv_minor AS gmv FROM commission_boost.creator_gmv AS g
    WHERE g.client_id = chunk.client_id AND g.creator_id = chunk.creator_id
      AND g.sync_sequence <= chunk.expiry_sync_sequence
    ORDER BY g.sync_sequence DESC LIMIT 1) AS at_expiry ON true
  LEFT JOIN LATERAL (
    SELECT g.lifetime_gmv_minor - g.difference_minor AS gmv FROM commission_boost.creator_gmv AS g
    WHERE g.client_id = chunk.client_id AND g.creator_id = chunk.creator_id
      AND g.sync_sequence > chunk.activation_sync_sequence
    ORDER BY g.sync_sequence LIMIT 1) AS behind_activation ON true
  LEFT JOIN LATERAL (
    SELECT g.lifetime_gmv_minor - g.difference_minor AS gmv FROM commission_boost.creator_gmv AS g
    WHERE g.client_id = chunk.client_id AND g.creator_id = chunk.creator_id
      AND g.sync_sequence > chunk.expiry_sync_sequence
    ORDER BY g.sync_sequence LIMIT 1) AS behind_expiry ON true
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(g.difference_minor), 0)::bigint AS sum FROM commission_boost.creator_gmv AS g
    WHERE g.client_id = chunk.client_id AND g.creator_id = chunk.creator_id
      AND g.sync_sequence > chunk.activation_sync_sequence AND g.sync_sequence <= chunk.expiry_sync_sequence) AS entries`;

/** Its steps, and how it stands to other boosts of its creator. */
const STATE: Statement = sql`
  CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(t.to_status), '{}') AS steps FROM commission_boost.boost_transition AS t
    WHERE t.client_id = chunk.client_id AND t.boost_id = chunk.id) AS history
  CROSS JOIN LATERAL (
    SELECT EXISTS (SELECT FROM commission_boost.waiting_claim AS w
                   WHERE w.client_id = chunk.client_id AND w.redemption_id = chunk.redemption_id) AS has_waited) AS waited
  CROSS JOIN LATERAL (
    SELECT EXISTS (
      SELECT FROM commission_boost.boost AS o
      WHERE o.client_id = chunk.client_id AND o.creator_id = chunk.creator_id AND o.id <> chunk.id
        AND chunk.activation_sync_sequence > 0 AND o.activation_sync_sequence > 0
        AND int8range(o.activation_sync_sequence, nullif(o.expiry_sync_sequence, 0))
            && int8range(chunk.activation_sync_sequence, nullif(chunk.expiry_sync_sequence, 0))) AS overlaps) AS overlap`;

/** What further files have changed, and what was noted of it; what is to be looked at yet is in neither. */
const CORRECTIONS: Statement = sql`
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(g.difference_minor), 0)::bigint AS sum
    FROM (VALUES (chunk.activation_date, chunk.activation_sync_sequence), (chunk.expired_on, chunk.expiry_sync_sequence))
         AS r (business_date, sync_sequence)
    JOIN commission_boost.creator_gmv AS g
      ON g.client_id = chunk.client_id AND g.creator_id = chunk.creator_id AND g.sync_sequence > r.sync_sequence
     AND g.business_date = r.business_date
    WHERE NOT EXISTS (SELECT FROM commission_boost.reading_recheck AS q
                      WHERE q.client_id = g.client_id AND q.lane = chunk.lane AND q.sync_sequence = g.sync_sequence
                        AND q.creator_id = g.creator_id)) AS known
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(c.difference_minor), 0)::bigint AS sum, count(*)::int AS count
    FROM commission_boost.reading_correction AS c
    WHERE c.client_id = chunk.client_id AND c.boost_id = chunk.id
      AND NOT EXISTS (SELECT FROM commission_boost.reading_recheck AS q
                      WHERE q.client_id = c.client_id AND q.lane = chunk.lane AND q.sync_sequence = c.sync_sequence
                        AND q.creator_id = chunk.creator_id)) AS noted`;

/** What its latest statement tells, and whether another one is asked for. */
const STATEMENT: Statement = sql`
  LEFT JOIN LATERAL (
    SELECT s.adjustment_count, s.correction_count, s.is_paid FROM commission_boost.statement AS s
    WHERE s.client_id = chunk.client_id AND s.boost_id = chunk.id ORDER BY s.version DESC LIMIT 1) AS told ON true
  CROSS JOIN LATERAL (
    SELECT EXISTS (SELECT FROM commission_boost.statement_request AS r
                   WHERE r.client_id = chunk.client_id AND r.boost_id = chunk.id) AS is_pending) AS request`;

/** Its postings, by account: what was earned grows by credits, where it is by debits. */
const LEDGER: Statement = sql`
  CROSS JOIN LATERAL (
    SELECT coalesce(-sum(amount) FILTER (WHERE account = 'accrued'), 0)::bigint AS accrued,
           coalesce(-sum(amount) FILTER (WHERE account = 'adjusted'), 0)::bigint AS adjusted,
           coalesce(sum(amount) FILTER (WHERE account = 'held'), 0)::bigint AS held,
           coalesce(sum(amount) FILTER (WHERE account = 'payable'), 0)::bigint AS payable,
           coalesce(sum(amount) FILTER (WHERE account = 'paid'), 0)::bigint AS paid
    FROM commission_boost.ledger_posting AS p
    CROSS JOIN LATERAL (VALUES (p.debit_account, p.amount_minor), (p.credit_account, -p.amount_minor))
      AS side (account, amount)
    WHERE p.client_id = chunk.client_id AND p.boost_id = chunk.id) AS ledger`;

/** Boosts with all that stands beside them, to be held against each other. */
@Injectable()
export class BoostFactsRepository {
  /** In the order of their ids. */
  async after(id: BoostId | null, limit: number, tx: TenantTransaction): Promise<BoostFacts[]> {
    const behind = id === null ? sql`` : sql`AND b.id > ${id}`;
    const rows = await tx.many<FactsRow>(sql`
      WITH chunk AS MATERIALIZED (
        SELECT * FROM commission_boost.boost AS b WHERE b.client_id = ${tx.clientId} ${behind} ORDER BY b.id LIMIT ${limit})
      SELECT ${BOOST_COLUMNS}, released_at IS NOT NULL AS is_released,
             coalesce(at_activation.gmv, 0)::bigint AS ingested_at_activation,
             coalesce(at_expiry.gmv, 0)::bigint AS ingested_at_expiry,
             behind_activation.gmv AS told_behind_activation, behind_expiry.gmv AS told_behind_expiry,
             entries.sum AS entries, history.steps, waited.has_waited, overlap.overlaps,
             known.sum AS corrections_known, noted.sum AS corrections_noted, noted.count AS corrections_count,
             told.adjustment_count AS told_adjustments, told.correction_count AS told_corrections,
             told.is_paid AS told_paid, request.is_pending AS statement_pending,
             ledger.accrued, ledger.adjusted, ledger.held, ledger.payable, ledger.paid
      FROM chunk
      ${ENTRIES} ${STATE} ${CORRECTIONS} ${STATEMENT} ${LEDGER}
      ORDER BY chunk.id`);
    return rows.map(toFacts);
  }

  /**
   * Histories of boosts that are not there. Nothing removes a boost: whoever is told here was taken
   * away past the service.
   */
  async lost(tx: TenantTransaction): Promise<{ readonly id: BoostId; readonly steps: readonly BoostStatus[] }[]> {
    return tx.many<{ id: BoostId; steps: BoostStatus[] }>(sql`
      SELECT t.boost_id AS id, array_agg(t.to_status) AS steps FROM commission_boost.boost_transition AS t
      WHERE t.client_id = ${tx.clientId}
        AND NOT EXISTS (SELECT FROM commission_boost.boost AS b WHERE b.client_id = t.client_id AND b.id = t.boost_id)
      GROUP BY t.boost_id ORDER BY t.boost_id`);
  }

  /** Sums of all postings by account and month, and the totals that are shown, where the two differ. */
  async totalsOff(tx: TenantTransaction): Promise<readonly TotalOff[]> {
    return tx.many<TotalOff>(sql`
      WITH posted AS (
        SELECT currency, 'account' AS kind, side.name, date_trunc('month', posted_on)::date AS month, count(*) AS items,
               sum(CASE WHEN side.name IN ('accrued', 'adjusted') THEN -side.amount ELSE side.amount END) AS amount
        FROM commission_boost.ledger_posting
        CROSS JOIN LATERAL (VALUES (debit_account, amount_minor), (credit_account, -amount_minor)) AS side (name, amount)
        WHERE client_id = ${tx.clientId} GROUP BY 1, 3, 4
        UNION ALL
        SELECT currency, 'status', status, date_trunc('month', expiry_date)::date, count(*), sum(final_payout_minor)
        FROM commission_boost.boost WHERE client_id = ${tx.clientId} AND status NOT IN ('scheduled', 'active')
        GROUP BY 1, 3, 4
      ), shown AS (
        SELECT currency, kind, name, month, sum(items) AS items, sum(amount_minor) AS amount
        FROM (SELECT currency, kind, name, month, items, amount_minor FROM commission_boost.payout_total
              WHERE client_id = ${tx.clientId}
              UNION ALL
              SELECT currency, kind, name, month, items, amount_minor FROM commission_boost.payout_total_delta
              WHERE client_id = ${tx.clientId}) AS t
        GROUP BY currency, kind, name, month
      )
      SELECT currency || ' ' || kind || ' ' || name || ' of ' || to_char(month, 'YYYY-MM') AS of,
             coalesce(p.items, 0) || ' of ' || coalesce(p.amount, 0) || ' minor units' AS expected,
             coalesce(s.items, 0) || ' of ' || coalesce(s.amount, 0) || ' minor units' AS found
      FROM posted AS p FULL JOIN shown AS s USING (currency, kind, name, month)
      WHERE (coalesce(p.items, 0), coalesce(p.amount, 0)) IS DISTINCT FROM (coalesce(s.items, 0), coalesce(s.amount, 0))
      ORDER BY 1`);
  }
}

export interface TotalOff {
  readonly of: string;
  readonly expected: string;
  readonly found: string;
}

function bigintOrNull(value: string | null): bigint | null {
  return value === null ? null : BigInt(value);
}

function toFacts(row: FactsRow): BoostFacts {
  return {
    boost: toBoost(row),
    ingested: { atActivationMinor: BigInt(row.ingested_at_activation), atExpiryMinor: BigInt(row.ingested_at_expiry) },
    toldNext: {
      atActivationMinor: bigintOrNull(row.told_behind_activation),
      atExpiryMinor: bigintOrNull(row.told_behind_expiry),
    },
    entriesMinor: BigInt(row.entries),
    history: row.steps,
    hasWaited: row.has_waited,
    overlaps: row.overlaps,
    corrections: {
      knownMinor: BigInt(row.corrections_known),
      notedMinor: BigInt(row.corrections_noted),
      count: row.corrections_count,
    },
    told: toldIn(row),
    isStatementPending: row.statement_pending,
    isReleased: row.is_released,
    ledger: {
      accrued: BigInt(row.accrued),
      adjusted: BigInt(row.adjusted),
      held: BigInt(row.held),
      payable: BigInt(row.payable),
      paid: BigInt(row.paid),
    },
  };
}

function toldIn({ told_adjustments: adjustmentCount, told_corrections: correctionCount, told_paid: isPaid }: FactsRow) {
  if (adjustmentCount === null || correctionCount === null || isPaid === null) return null;
  return { adjustmentCount, correctionCount, isPaid };
}

interface FactsRow extends BoostRow, Record<keyof Balances, string> {
  is_released: boolean;
  ingested_at_activation: string;
  ingested_at_expiry: string;
  told_behind_activation: string | null;
  told_behind_expiry: string | null;
  entries: string;
  steps: BoostStatus[];
  has_waited: boolean;
  overlaps: boolean;
  corrections_known: string;
  corrections_noted: string;
  corrections_count: number;
  told_adjustments: number | null;
  told_corrections: number | null;
  told_paid: boolean | null;
  statement_pending: boolean;
}
