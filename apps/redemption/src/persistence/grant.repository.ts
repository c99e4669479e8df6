import type { CreatorId, RedemptionId, RewardId } from '#libs/kernel';
import { sql, type Statement, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { BackfillTotals } from '../domain/backfill/certificate.ts';
import { ONE_TIME_SCOPE } from '../domain/entitlement/right.ts';

const EVER = Object.entries(ONE_TIME_SCOPE).flatMap(([type, scope]) => (scope === 'ever' ? [type] : []));

/** Which creators are brought in line, their rows of `creator_tier` being locked, and with which rewards. */
export interface GrantScope {
  readonly creatorIds: readonly CreatorId[];
  /** Beside `creatorIds`: the reason for rows of the tier that was left. None where nobody has moved. */
  readonly reasons?: readonly string[];
  /** One reward; all when not given. */
  readonly rewardId?: RewardId;
}

export interface GrantedRow {
  readonly id: RedemptionId;
  readonly creatorId: CreatorId;
}

export interface GrantEffects {
  readonly hidden: readonly GrantedRow[];
  readonly broughtBack: readonly GrantedRow[];
  readonly created: readonly GrantedRow[];
  /** Open rows that were as they should be. */
  readonly alreadyOpen: number;
  /** Creators that the reward of their tier gives no open row, by the first cause. */
  readonly excluded: BackfillTotals['excluded'];
}

/**
 * The eager rule of domain/entitlement/open-redemption.ts, decided in SQL for sets. The grant lock of a client keeps
 * grants (shared) and changes of its rewards (exclusive, for a moment) apart, so that none of them can miss the other.
 */
@Injectable()
export class GrantRepository {
  async lockShared(tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`SELECT pg_advisory_xact_lock_shared(${grantLock(tx)})`);
  }

  async lockExclusive(tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`SELECT pg_advisory_xact_lock(${grantLock(tx)})`);
  }

  /**
   * Hides, brings back and creates what the rule says; done again it finds nothing to do. One statement, so one snapshot
   * judges every creator and reward once. The creators' rows are locked, hence nobody else touches their unclaimed rows
   * and the updates need no more than ids: conditions on a fresh partition, of which Postgres knows nothing, are
   * estimated so low that the join becomes quadratic. LATERAL with LIMIT or OFFSET keeps the sets driving the lookups.
   */
  async align(scope: GrantScope, tx: TenantTransaction): Promise<GrantEffects> {
    if (scope.creatorIds.length === 0) return effectsOf([]);
    const rows = await tx.many<EffectRow>(sql`
      WITH member AS MATERIALIZED (${members(scope, tx)}),
      offer AS MATERIALIZED (
        SELECT r.* FROM redemption.reward r WHERE r.client_id = ${tx.clientId} ${onlyReward(scope, sql`r.id`)}),
      held AS MATERIALIZED (
        SELECT d.id, d.creator_id, d.reward_id, d.hidden, c.reason, ${CAUSE} AS cause
        FROM member c CROSS JOIN LATERAL (
          SELECT d.id, d.creator_id, d.reward_id, d.hidden_reason IS NOT NULL AS hidden
          FROM redemption.redemption d
          WHERE d.client_id = ${tx.clientId} AND d.creator_id = c.creator_id AND d.status = 'claimable'
            ${onlyReward(scope, sql`d.reward_id`)} OFFSET 0) AS d
        JOIN offer r ON r.id = d.reward_id),
      due AS MATERIALIZED (
        SELECT r.id AS reward_id, r.source, c.creator_id, c.tier, c.tier_version, ${CAUSE} AS cause
        FROM member c JOIN offer r ON r.tier = c.tier OR (r.source = 'mission' AND ${scope.rewardId !== undefined})),
      hidden AS (
        UPDATE redemption.redemption d
        SET hidden_reason = CASE held.cause WHEN 'tier_changed' THEN held.reason ELSE held.cause END
        FROM held
        WHERE d.client_id = ${tx.clientId} AND d.id = held.id AND held.cause IS NOT NULL AND NOT held.hidden
        RETURNING d.id, d.creator_id),
      brought_back AS (
        UPDATE redemption.redemption d SET hidden_reason = NULL
        FROM held WHERE d.client_id = ${tx.clientId} AND d.id = held.id AND held.cause IS NULL AND held.hidden
        RETURNING d.id, d.creator_id),
      created AS (${createDue(tx)})
      SELECT 'hidden' AS effect, id, creator_id AS "creatorId", 1 AS creators FROM hidden
      UNION ALL SELECT 'broughtBack', id, creator_id, 1 FROM brought_back
      UNION ALL SELECT 'created', id, creator_id, 1 FROM created
      UNION ALL SELECT 'alreadyOpen', NULL, NULL, count(*) FROM held WHERE cause IS NULL AND NOT hidden
      UNION ALL SELECT cause, NULL, NULL, count(*) FROM due WHERE cause IS NOT NULL GROUP BY cause`);
    return effectsOf(rows);
  }

  /**
   * Creators as they are now who lack their open row of a reward, and open rows that nobody is entitled to. One
   * statement, so one state of all creators.
   */
  async findFaults(
    rewardId: RewardId,
    tx: TenantTransaction,
  ): Promise<{ readonly missing: number; readonly stale: number; readonly examples: readonly CreatorId[] }> {
    const row = await tx.one<{ missing: string; stale: string; examples: CreatorId[] }>(sql`
      WITH faulty AS (
        SELECT c.creator_id, true AS missing
        FROM redemption.reward r JOIN redemption.creator_tier c ON c.client_id = r.client_id AND c.tier = r.tier
        WHERE r.client_id = ${tx.clientId} AND r.id = ${rewardId} AND r.source = 'vip_tier'
          AND NOT ${hasOpenRow(tx)} AND ${CAUSE} IS NULL
        UNION ALL
        SELECT c.creator_id, false
        FROM redemption.redemption d
        JOIN redemption.reward r ON r.client_id = d.client_id AND r.id = d.reward_id
        JOIN redemption.creator_tier c ON c.client_id = d.client_id AND c.creator_id = d.creator_id
        WHERE d.client_id = ${tx.clientId} AND d.reward_id = ${rewardId} AND d.status = 'claimable'
          AND d.hidden_reason IS NULL AND ${CAUSE} IS NOT NULL)
      SELECT count(*) FILTER (WHERE missing) AS missing, count(*) FILTER (WHERE NOT missing) AS stale,
             coalesce((SELECT array_agg(creator_id) FROM (SELECT creator_id FROM faulty ORDER BY creator_id LIMIT 5)), '{}')
               AS examples
      FROM faulty`);
    return { missing: Number(row.missing), stale: Number(row.stale), examples: row.examples };
  }
}

function grantLock(tx: TenantTransaction): Statement {
  return sql`hashtextextended(${`redemption.grant:${tx.clientId}`}, 13)`;
}

/** The scope's creators as `creator_tier` has them. */
function members(scope: GrantScope, tx: TenantTransaction): Statement {
  const reasons = scope.reasons ?? scope.creatorIds.map(() => null);
  return sql`
    SELECT t.client_id, t.creator_id, t.tier, t.tier_version, met.reason
    FROM unnest(${scope.creatorIds}::uuid[], ${reasons}::text[]) AS met (creator_id, reason)
    CROSS JOIN LATERAL (
      SELECT * FROM redemption.creator_tier t
      WHERE t.client_id = ${tx.clientId} AND t.creator_id = met.creator_id LIMIT 1) AS t`;
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

function onlyReward(scope: GrantScope, column: Statement): Statement {
  return scope.rewardId === undefined ? sql`` : sql`AND ${column} = ${scope.rewardId}`;
}

interface EffectRow extends GrantedRow {
  readonly effect: 'hidden' | 'broughtBack' | 'created' | 'alreadyOpen' | 'reward_disabled' | 'right_used_up';
  readonly creators: string;
}

function effectsOf(rows: readonly EffectRow[]): GrantEffects {
  const granted = (effect: EffectRow['effect']) =>
    rows.filter((row) => row.effect === effect).map(({ id, creatorId }) => ({ id, creatorId }));
  const count = (effect: EffectRow['effect']) => Number(rows.find((row) => row.effect === effect)?.creators ?? 0);
  return {
    hidden: granted('hidden'),
    broughtBack: granted('broughtBack'),
    created: granted('created'),
    alreadyOpen: count('alreadyOpen'),
    excluded: { reward_disabled: count('reward_disabled'), right_used_up: count('right_used_up') },
  };
}

/** A scalar and not EXISTS, which Postgres would turn into a join, quadratic on a partition that it knows nothing of. */
function hasOpenRow(tx: TenantTransaction): Statement {
  return sql`coalesce((
    SELECT true FROM redemption.redemption d
    WHERE d.client_id = ${tx.clientId} AND d.reward_id = r.id AND d.creator_id = c.creator_id
      AND d.status = 'claimable' AND d.hidden_reason IS NULL LIMIT 1), false)`;
}

/** `entitlementOf` for creator `c` and reward `r`: NULL is entitled, else the first cause. */
const CAUSE = sql`(CASE
  WHEN NOT r.enabled THEN 'reward_disabled'
  WHEN r.source = 'mission' THEN NULL
  WHEN r.tier <> c.tier THEN 'tier_changed'
  WHEN r.frequency = 'one_time' AND r.quantity <= (
    SELECT count(*) FROM redemption.claim k
    WHERE k.client_id = r.client_id AND k.reward_id = r.id AND k.creator_id = c.creator_id
      AND (r.type = ANY(${EVER}::text[]) OR k.tier_version = c.tier_version)) THEN 'right_used_up'
END)`;
