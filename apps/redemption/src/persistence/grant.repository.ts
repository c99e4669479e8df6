import type { CreatorId, RedemptionId, RewardId } from '#libs/kernel';
import { sql, type Statement, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { BackfillTotals } from '../domain/backfill/certificate.ts';
import { alignment, CAUSE } from './alignment.ts';

/** Which creators are brought in line, their rows of `creator_tier` being locked, and with which rewards. */
export interface GrantScope {
  readonly creatorIds: readonly CreatorId[];
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
 * Grants to creators who stay where they are. The grant lock of a client keeps grants (shared) and changes of its
 * rewards (exclusive, for a moment) apart, so that none of them can miss the other.
 */
@Injectable()
export class GrantRepository {
  async lockShared(tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`SELECT pg_advisory_xact_lock_shared(${grantLock(tx)})`);
  }

  async lockExclusive(tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`SELECT pg_advisory_xact_lock(${grantLock(tx)})`);
  }

  async align(scope: GrantScope, tx: TenantTransaction): Promise<GrantEffects> {
    if (scope.creatorIds.length === 0) return effectsOf([]);
    const rows = await tx.many<EffectRow>(sql`
      WITH ${alignment(members(scope, tx), scope.rewardId, tx)}
      SELECT effect, id, creator_id AS "creatorId", 1 AS creators FROM changed
      UNION ALL SELECT 'created', id, creator_id, 1 FROM created
      UNION ALL SELECT 'alreadyOpen', NULL, NULL, count(*) FROM held WHERE cause IS NULL AND reason IS NULL
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
  return sql`
    SELECT t.creator_id, t.tier, t.tier_version
    FROM unnest(${scope.creatorIds}::uuid[]) AS met (creator_id)
    CROSS JOIN LATERAL (
      SELECT * FROM redemption.creator_tier t
      WHERE t.client_id = ${tx.clientId} AND t.creator_id = met.creator_id LIMIT 1) AS t`;
}

interface EffectRow extends GrantedRow {
  readonly effect:
    'hidden' | 'broughtBack' | 'reworded' | 'created' | 'alreadyOpen' | 'reward_disabled' | 'right_used_up';
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
