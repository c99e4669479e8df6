import { sql, type Statement, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { Finding } from '../domain/verification/verdict.ts';
import { findingsOf, within, type KeyRange } from './findings.ts';

/** Types whose one-time right is spent for good; of the others a new tier version renews it. */
const FOR_GOOD = ['gift_card', 'physical_gift', 'experience'];

/**
 * The eager rule and the quotas as domain.md has them, for whoever trusts neither alignment.ts nor the jobs: every pair of
 * a creator and a reward that owes or has a row gets the word that must stand there, which is held against the one that
 * does. Nothing of it is what the service grants by, and no figure of a job is believed.
 */
@Injectable()
export class EagerRuleCheckRepository {
  /** @returns the last of the next creators; undefined when there are no more than so many left */
  async creatorAfter(after: string, count: number, tx: TenantTransaction): Promise<string | undefined> {
    const row = await tx.maybeOne<{ creator_id: string }>(sql`
      SELECT creator_id FROM redemption.creator_tier WHERE client_id = ${tx.clientId} AND creator_id > ${after}::uuid
      ORDER BY creator_id OFFSET ${count - 1}::int LIMIT 1`);
    return row?.creator_id;
  }

  /** A row of a reward whose job is not through is held against the creator's tier alone: the job is still to judge it. */
  rows(rewardIds: readonly string[], range: KeyRange, tx: TenantTransaction): Promise<Finding[]> {
    return findingsOf(sql`${pairs(rewardIds, range, tx)}, ${JUDGED}`, FAULTY, tx);
  }

  /**
   * Claims made under the present frequency and quantity, beyond what those before them had left. When a claim was made
   * is read from its step, whose id has the database's clock, as `allowance_since` has.
   */
  quotas(rewardIds: readonly string[], range: KeyRange, tx: TenantTransaction): Promise<Finding[]> {
    const parts = sql`
      claimed AS MATERIALIZED (
        SELECT k.creator_id, k.reward_id, k.redemption_id, r.quantity, r.allowance_since, CASE r.frequency
          WHEN 'weekly' THEN 'the week of ' || (k.claimed_on - extract(dow FROM k.claimed_on)::int)
          WHEN 'monthly' THEN to_char(k.claimed_on, 'YYYY-MM')
          WHEN 'one_time' THEN CASE WHEN r.type = ANY(${FOR_GOOD}::text[]) THEN 'a life'
                                    ELSE 'tier version ' || k.tier_version END END AS period
        FROM redemption.claim k JOIN redemption.reward r ON r.client_id = k.client_id AND r.id = k.reward_id
        WHERE k.client_id = ${tx.clientId} AND k.reward_id = ANY(${rewardIds}::uuid[])
          AND ${within(sql`k.creator_id`, range)} AND r.frequency <> 'unlimited'),
      crowded AS MATERIALIZED (
        SELECT creator_id, reward_id, period, quantity, allowance_since, array_agg(redemption_id) AS ids
        FROM claimed GROUP BY 1, 2, 3, 4, 5 HAVING count(*) > quantity),
      dated AS MATERIALIZED (
        SELECT c.*, cardinality(ids) AS claims, (
          SELECT count(*) FROM redemption.redemption_transition t
          WHERE t.client_id = ${tx.clientId} AND t.redemption_id = ANY(c.ids) AND t.command = 'claim'
            AND uuid_extract_timestamp(t.id) < c.allowance_since) AS earlier
        FROM crowded c)`;
    const faulty = sql`
      SELECT 'quota' AS "check", reward_id, creator_id, NULL::uuid AS redemption_id,
             'at most ' || greatest(quantity, earlier) || ' in ' || period AS expected, claims || ' claims' AS found
      FROM dated WHERE claims > greatest(quantity, earlier)`;
    return findingsOf(parts, faulty, tx);
  }
}

/** Who stands where, which rows are unclaimed, what has been claimed, and the pairs that any of it concerns. */
function pairs(rewardIds: readonly string[], range: KeyRange, tx: TenantTransaction): Statement {
  return sql`
    offer AS MATERIALIZED (
      SELECT r.id, r.source, r.tier, r.type, r.frequency, r.quantity, r.enabled,
             EXISTS (SELECT FROM redemption.backfill b WHERE b.client_id = r.client_id AND b.reward_id = r.id
                     AND b.status NOT IN ('done', 'failed', 'cancelled')) AS in_work
      FROM redemption.reward r WHERE r.client_id = ${tx.clientId}),
    stand AS MATERIALIZED (
      SELECT creator_id, tier, tier_version, erased FROM redemption.creator_tier
      WHERE client_id = ${tx.clientId} AND ${within(sql`creator_id`, range)}),
    unclaimed AS MATERIALIZED (
      SELECT creator_id, reward_id, any_value(id) AS id, count(*) AS rows, bool_or(hidden_reason IS NULL) AS shown,
             min(hidden_reason) AS reason, any_value(tier_at_grant) AS tier_at_grant,
             any_value(tier_version_at_grant) AS version_at_grant
      FROM redemption.redemption
      WHERE client_id = ${tx.clientId} AND ${within(sql`creator_id`, range)} AND status = 'claimable'
      GROUP BY creator_id, reward_id),
    used AS MATERIALIZED (
      SELECT k.creator_id, k.reward_id, count(*) AS ever, count(*) FILTER (WHERE k.tier_version = s.tier_version) AS lately
      FROM redemption.claim k JOIN stand s ON s.creator_id = k.creator_id
      WHERE k.client_id = ${tx.clientId} AND k.reward_id = ANY(${rewardIds}::uuid[]) AND ${within(sql`k.creator_id`, range)}
      GROUP BY k.creator_id, k.reward_id),
    pair AS MATERIALIZED (
      SELECT s.creator_id, o.id AS reward_id FROM stand s JOIN offer o ON o.tier = s.tier
      WHERE o.source = 'vip_tier' AND o.enabled AND NOT s.erased
      UNION SELECT creator_id, reward_id FROM unclaimed),
    known AS MATERIALIZED (
      SELECT p.creator_id, p.reward_id, u.id AS redemption_id, u.rows, u.tier_at_grant, u.version_at_grant, o.source,
             o.tier AS of_tier, o.in_work, s.tier, s.tier_version, s.erased,
             CASE WHEN u.id IS NULL THEN 'no row' WHEN u.shown THEN 'open' ELSE u.reason END AS found,
             o.enabled, o.frequency = 'one_time' AND o.quantity <=
               CASE WHEN o.type = ANY(${FOR_GOOD}::text[]) THEN coalesce(k.ever, 0) ELSE coalesce(k.lately, 0) END AS spent
      FROM pair p JOIN offer o ON o.id = p.reward_id
      LEFT JOIN stand s ON s.creator_id = p.creator_id
      LEFT JOIN unclaimed u ON u.creator_id = p.creator_id AND u.reward_id = p.reward_id
      LEFT JOIN used k ON k.creator_id = p.creator_id AND k.reward_id = p.reward_id)`;
}

/** A departure is known exactly while no other has followed; later it is known that all rows of a tier tell the same. */
const JUDGED = sql`
  judged AS MATERIALIZED (
    SELECT k.*, min(found) FILTER (WHERE starts_with(found, 'tier_change_')) OVER departed
                IS DISTINCT FROM max(found) FILTER (WHERE starts_with(found, 'tier_change_')) OVER departed AS disagree,
      CASE WHEN tier IS NULL THEN 'no such creator'
           WHEN erased THEN 'erased'
           WHEN source = 'vip_tier' AND of_tier <> tier THEN 'tier_change_tier_' || of_tier || '_to_tier_' ||
             CASE WHEN tier_at_grant = of_tier AND tier_version = version_at_grant + 1 THEN tier::text ELSE '[1-6]' END
           WHEN in_work THEN NULL
           WHEN NOT enabled THEN 'reward_disabled'
           WHEN source = 'vip_tier' AND spent THEN 'right_used_up'
           ELSE 'open' END AS expected
    FROM known k WINDOW departed AS (PARTITION BY creator_id, of_tier))`;

const FAULTY = sql`
  SELECT "check", reward_id, creator_id, redemption_id, expected, found FROM (
    SELECT j.*, CASE
      WHEN rows > 1 THEN 'doubled_row'
      WHEN expected IS NULL THEN NULL
      WHEN expected = 'open' AND found = 'no row' THEN 'missing_row'
      WHEN expected = 'open' AND found <> 'open' THEN 'hidden_with_right'
      WHEN expected <> 'open' AND found = 'open' THEN 'open_without_right'
      WHEN found IN ('open', 'no row') THEN NULL
      WHEN starts_with(expected, 'tier_change_') THEN CASE
        WHEN disagree AND right(expected, 5) = '[1-6]' OR found !~ ('^' || expected || '$')
             OR found = 'tier_change_tier_' || of_tier || '_to_tier_' || of_tier THEN 'hidden_reason' END
      WHEN found <> expected THEN 'hidden_reason' END AS "check"
    FROM judged j) AS checked
  WHERE "check" IS NOT NULL`;
