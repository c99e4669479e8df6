import type { RewardId } from '#libs/kernel';
import { sql, type Statement, type TenantTransaction } from '#libs/persistence';
import { ONE_TIME_SCOPE } from '../domain/entitlement/right.ts';

const EVER = Object.entries(ONE_TIME_SCOPE).flatMap(([type, scope]) => (scope === 'ever' ? [type] : []));

/**
 * The eager rule of domain/entitlement/open-redemption.ts, decided in SQL for sets: the part of a WITH that hides, brings
 * back and creates what the rule says, and done again finds nothing to do. One statement, so one snapshot judges every
 * creator and reward once. The creators' rows are locked before it, hence nobody else touches their unclaimed rows and
 * the updates need no more than ids: conditions on a fresh partition, of which Postgres knows nothing, are estimated so
 * low that the join becomes quadratic. LATERAL with LIMIT or OFFSET keeps the sets driving the lookups.
 *
 * @param member rows of (creator_id, tier, tier_version, erased)
 * @returns member, held, due, changed (rows hidden, brought back or given another reason) and created
 */
export function alignment(member: Statement, rewardId: RewardId | undefined, tx: TenantTransaction): Statement {
  const only = (column: Statement) => (rewardId === undefined ? sql`` : sql`AND ${column} = ${rewardId}`);
  return sql`
    member AS MATERIALIZED (${member}),
    offer AS MATERIALIZED (
      SELECT r.* FROM redemption.reward r WHERE r.client_id = ${tx.clientId} ${only(sql`r.id`)}),
    held AS MATERIALIZED (
      SELECT d.id, d.creator_id, d.reward_id, d.hidden_reason AS reason, judged.cause, ${REASON} AS wanted
      FROM member c CROSS JOIN LATERAL (
        SELECT d.id, d.creator_id, d.reward_id, d.hidden_reason
        FROM redemption.redemption d
        WHERE d.client_id = ${tx.clientId} AND d.creator_id = c.creator_id AND d.status = 'claimable'
          ${only(sql`d.reward_id`)} OFFSET 0) AS d
      JOIN offer r ON r.id = d.reward_id
      CROSS JOIN LATERAL (SELECT ${CAUSE} AS cause) AS judged),
    due AS MATERIALIZED (
      SELECT r.id AS reward_id, r.source, c.creator_id, c.tier, c.tier_version, ${CAUSE} AS cause
      FROM member c JOIN offer r ON r.tier = c.tier OR (r.source = 'mission' AND ${rewardId !== undefined})),
    changed AS (
      UPDATE redemption.redemption d SET hidden_reason = held.wanted
      FROM held WHERE d.client_id = ${tx.clientId} AND d.id = held.id AND held.wanted IS DISTINCT FROM held.reason
      RETURNING d.id, d.creator_id,
        CASE WHEN held.reason IS NULL THEN 'hidden' WHEN held.wanted IS NULL THEN 'broughtBack' ELSE 'reworded' END AS effect),
    created AS (${createDue(tx)})`;
}

/** In the order of the unique key, which keeps a backfill's last million as fast as its first. */
function createDue(tx: TenantTransaction): Statement {
  return sql`
    INSERT INTO redemption.redemption (client_id, reward_id, creator_id, tier_at_grant, tier_version_at_grant)
    SELECT ${tx.clientId}, due.reward_id, due.creator_id, due.tier, due.tier_version
    FROM due
    WHERE due.cause IS NULL AND due.source = 'vip_tier'
      AND NOT EXISTS (SELECT FROM held WHERE held.creator_id = due.creator_id AND held.reward_id = due.reward_id)
    ORDER BY due.reward_id, due.creator_id
    ON CONFLICT (client_id, reward_id, creator_id) WHERE status = 'claimable' DO NOTHING
    RETURNING id, creator_id`;
}

/** `entitlementOf` for creator `c` and reward `r`: NULL is entitled, else the first cause. */
const CAUSE = sql`(CASE
  WHEN c.erased THEN 'erased'
  WHEN r.source = 'vip_tier' AND r.tier <> c.tier THEN 'tier_changed'
  WHEN NOT r.enabled THEN 'reward_disabled'
  WHEN r.source = 'mission' THEN NULL
  WHEN r.frequency = 'one_time' AND r.quantity <= (
    SELECT count(*) FROM redemption.claim k
    WHERE k.client_id = r.client_id AND k.reward_id = r.id AND k.creator_id = c.creator_id
      AND (r.type = ANY(${EVER}::text[]) OR k.tier_version = c.tier_version)) THEN 'right_used_up'
END)`;

/** `hiddenReason` for the row `d` of creator `c` and reward `r`; NULL is visible. */
const REASON = sql`(CASE
  WHEN judged.cause IS DISTINCT FROM 'tier_changed' THEN judged.cause
  WHEN starts_with(d.hidden_reason, 'tier_change_') THEN d.hidden_reason
  ELSE 'tier_change_tier_' || r.tier || '_to_tier_' || c.tier
END)`;
