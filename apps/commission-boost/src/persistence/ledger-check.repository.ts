import type { BoostId, CreatorId } from '#libs/kernel';
import { sql, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { LedgerAccount } from '../domain/payout/ledger-account.ts';

/** What an account holds of a boost, against what the boost says of itself. */
export interface LedgerDifference {
  readonly boostId: BoostId;
  /** Null when there is no such boost. */
  readonly creatorId: CreatorId | null;
  readonly account: LedgerAccount;
  readonly expectedMinor: bigint;
  readonly foundMinor: bigint;
}

export interface ComparedBoosts {
  readonly differences: readonly LedgerDifference[];
  /** How many boosts were looked at. */
  readonly boosts: number;
  /** Behind which boost the next call goes on; null when there is nothing left. */
  readonly next: BoostId | null;
}

/** What a total says, against the rows that it sums up. */
export interface TotalDifference {
  /** `account held USD 2026-03` */
  readonly total: string;
  readonly expected: string;
  readonly found: string;
}

const NIL = '00000000-0000-0000-0000-000000000000';
const LAST = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/**
 * Holds the payout ledger against the boosts, and its totals against its rows. What a boost says is read from its own
 * figures, by statements that share nothing with those that post.
 */
@Injectable()
export class LedgerCheckRepository {
  async compareBoosts(after: string | null, limit: number, tx: TenantTransaction): Promise<ComparedBoosts> {
    const from = after ?? NIL;
    const { boosts, last } = await tx.one<{ boosts: number; last: BoostId | null }>(sql`
      SELECT count(*)::int AS boosts, (array_agg(id ORDER BY id DESC))[1] AS last
      FROM (SELECT id FROM commission_boost.boost
            WHERE client_id = ${tx.clientId} AND id > ${from} ORDER BY id LIMIT ${limit}) AS part`);
    const next = boosts < limit ? null : last;
    const rows = await tx.many<DifferenceRow>(sql`
      WITH part AS (
        SELECT * FROM commission_boost.boost
        WHERE client_id = ${tx.clientId} AND id > ${from} AND id <= ${next ?? LAST}),
      expected AS (
        SELECT id AS boost_id, account, amount FROM part CROSS JOIN LATERAL (VALUES
          ('accrued', calculated_payout_minor),
          ('adjusted', final_payout_minor - calculated_payout_minor),
          (CASE WHEN status = 'paid' THEN 'paid' WHEN released_at IS NULL THEN 'held' ELSE 'payable' END,
           final_payout_minor)) AS stands (account, amount)
        WHERE amount <> 0),
      booked AS (
        SELECT boost_id, side.account, sum(side.amount)::bigint AS amount
        FROM commission_boost.ledger_posting CROSS JOIN LATERAL (VALUES
          (debit_account, CASE WHEN debit_account IN ('accrued', 'adjusted') THEN -amount_minor ELSE amount_minor END),
          (credit_account, CASE WHEN credit_account IN ('accrued', 'adjusted') THEN amount_minor ELSE -amount_minor END)
        ) AS side (account, amount)
        WHERE client_id = ${tx.clientId} AND boost_id > ${from} AND boost_id <= ${next ?? LAST}
        GROUP BY boost_id, side.account)
      SELECT boost_id AS "boostId", part.creator_id AS "creatorId", account,
             coalesce(expected.amount, 0) AS expected, coalesce(booked.amount, 0) AS found
      FROM expected FULL JOIN booked USING (boost_id, account) LEFT JOIN part ON part.id = boost_id
      WHERE coalesce(expected.amount, 0) <> coalesce(booked.amount, 0)
      ORDER BY boost_id, account`);
    const differences = rows.map(({ expected, found, ...where }) => ({
      ...where,
      expectedMinor: BigInt(expected),
      foundMinor: BigInt(found),
    }));
    return { differences, boosts, next };
  }

  /** Of the whole client, in one statement. */
  compareTotals(tx: TenantTransaction): Promise<TotalDifference[]> {
    return tx.many<TotalDifference>(sql`
      WITH counted AS (
        SELECT 'account' AS kind, side.name, currency, date_trunc('month', posted_on)::date AS month, count(*) AS items,
               sum(CASE WHEN (side.name IN ('accrued', 'adjusted')) = (side.name = credit_account) THEN amount_minor
                        ELSE -amount_minor END) AS amount
        FROM commission_boost.ledger_posting CROSS JOIN LATERAL (VALUES (debit_account), (credit_account)) AS side (name)
        WHERE client_id = ${tx.clientId} GROUP BY side.name, currency, date_trunc('month', posted_on)
        UNION ALL
        SELECT 'status', status, currency, date_trunc('month', expiry_date)::date, count(*), sum(final_payout_minor)
        FROM commission_boost.boost WHERE client_id = ${tx.clientId} AND status NOT IN ('scheduled', 'active')
        GROUP BY status, currency, date_trunc('month', expiry_date)),
      told AS (
        SELECT kind, name, currency, month, sum(items) AS items, sum(amount_minor) AS amount
        FROM (SELECT kind, name, currency, month, items, amount_minor FROM commission_boost.payout_total
              WHERE client_id = ${tx.clientId}
              UNION ALL
              SELECT kind, name, currency, month, items, amount_minor FROM commission_boost.payout_total_delta
              WHERE client_id = ${tx.clientId}) AS parts
        GROUP BY kind, name, currency, month)
      SELECT concat_ws(' ', kind, name, currency, to_char(month, 'YYYY-MM')) AS total,
             coalesce(c.items, 0) || ' of ' || coalesce(c.amount, 0) AS expected,
             coalesce(t.items, 0) || ' of ' || coalesce(t.amount, 0) AS found
      FROM counted AS c FULL JOIN told AS t USING (kind, name, currency, month)
      WHERE (coalesce(c.items, 0), coalesce(c.amount, 0)) IS DISTINCT FROM (coalesce(t.items, 0), coalesce(t.amount, 0))
      ORDER BY total`);
  }
}

interface DifferenceRow {
  readonly boostId: BoostId;
  readonly creatorId: CreatorId | null;
  readonly account: LedgerAccount;
  readonly expected: string;
  readonly found: string;
}
