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

  /** Hides, brings back and creates what the rule says. Done again it finds nothing to do. */
  async align(scope: GrantScope, tx: TenantTransaction): Promise<GrantEffects> {
    if (scope.creatorIds.length === 0) return { hidden: [], broughtBack: [], created: [] };
    return {
      hidden: await this.#hide(scope, tx),
      broughtBack: await this.#bringBack(scope, tx),
      created: await this.create(scope, tx),
    };
  }

  async #hide(scope: GrantScope, tx: TenantTransaction): Promise<GrantedRow[]> {
    return tx.many<GrantedRow>(sql`
      WITH judged AS (
        SELECT d.id, c.reason, ${CAUSE} AS cause
        FROM (${members(scope, tx)}) AS c
        JOIN redemption.redemption d ON d.client_id = c.client_id AND d.creator_id = c.creator_id
        JOIN redemption.reward r ON r.client_id = d.client_id AND r.id = d.reward_id
        WHERE d.client_id = ${tx.clientId} AND d.status = 'claimable' AND d.hidden_reason IS NULL ${onlyReward(scope)})
      UPDATE redemption.redemption d
      SET hidden_reason = CASE judged.cause WHEN 'tier_changed' THEN judged.reason ELSE judged.cause END
      FROM judged
      WHERE d.client_id = ${tx.clientId} AND d.id = judged.id AND judged.cause IS NOT NULL
        AND d.status = 'claimable' AND d.hidden_reason IS NULL
      RETURNING d.id, d.creator_id AS "creatorId"`);
  }

  async #bringBack(scope: GrantScope, tx: TenantTransaction): Promise<GrantedRow[]> {
    return tx.many<GrantedRow>(sql`
      WITH judged AS (
        SELECT d.id, ${CAUSE} AS cause
        FROM (${members(scope, tx)}) AS c
        JOIN redemption.redemption d ON d.client_id = c.client_id AND d.creator_id = c.creator_id
        JOIN redemption.reward r ON r.client_id = d.client_id AND r.id = d.reward_id
        WHERE d.client_id = ${tx.clientId} AND d.status = 'claimable' AND d.hidden_reason IS NOT NULL ${onlyReward(scope)})
      UPDATE redemption.redemption d SET hidden_reason = NULL
      FROM judged
      WHERE d.client_id = ${tx.clientId} AND d.id = judged.id AND judged.cause IS NULL
        AND d.status = 'claimable' AND d.hidden_reason IS NOT NULL
      RETURNING d.id, d.creator_id AS "creatorId"`);
  }

  /**
   * Makes the open rows that are missing. In the order of the unique key, which keeps a backfill's last million as fast
   * as its first.
   */
  async create(scope: GrantScope, tx: TenantTransaction): Promise<GrantedRow[]> {
    return tx.many<GrantedRow>(sql`
      INSERT INTO redemption.redemption (client_id, reward_id, creator_id, tier_at_grant, tier_version_at_grant)
      SELECT c.client_id, r.id, c.creator_id, c.tier, c.tier_version
      FROM (${members(scope, tx)}) AS c
      JOIN redemption.reward r ON r.client_id = c.client_id AND r.tier = c.tier
      WHERE r.client_id = ${tx.clientId} AND r.source = 'vip_tier' AND r.enabled ${onlyReward(scope)}
        AND ${CAUSE} IS NULL
      ORDER BY r.id, c.creator_id
      ON CONFLICT (client_id, reward_id, creator_id) WHERE status = 'claimable' DO NOTHING
      RETURNING id, creator_id AS "creatorId"`);
  }

  /** Where the scope's creators stand with its reward, before anything is done about it. */
  async meet(
    scope: GrantScope & { readonly rewardId: RewardId },
    tx: TenantTransaction,
  ): Promise<Pick<BackfillTotals, 'eligible' | 'alreadyOpen' | 'excluded'>> {
    const row = await tx.one<{ eligible: string; open: string; disabled: string; used_up: string }>(sql`
      SELECT count(*) AS eligible,
             count(*) FILTER (WHERE cause IS NULL AND open) AS open,
             count(*) FILTER (WHERE cause = 'reward_disabled') AS disabled,
             count(*) FILTER (WHERE cause = 'right_used_up') AS used_up
      FROM (SELECT ${CAUSE} AS cause, ${hasOpenRow(tx)} AS open
            FROM (${members(scope, tx)}) AS c
            JOIN redemption.reward r ON r.client_id = c.client_id
            WHERE r.client_id = ${tx.clientId} AND r.id = ${scope.rewardId}) AS judged`);
    return {
      eligible: Number(row.eligible),
      alreadyOpen: Number(row.open),
      excluded: { reward_disabled: Number(row.disabled), right_used_up: Number(row.used_up) },
    };
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
    JOIN redemption.creator_tier t ON t.creator_id = met.creator_id
    WHERE t.client_id = ${tx.clientId}`;
}

function onlyReward(scope: GrantScope): Statement {
  return scope.rewardId === undefined ? sql`` : sql`AND r.id = ${scope.rewardId}`;
}

function hasOpenRow(tx: TenantTransaction): Statement {
  return sql`EXISTS (
    SELECT FROM redemption.redemption d
    WHERE d.client_id = ${tx.clientId} AND d.reward_id = r.id AND d.creator_id = c.creator_id
      AND d.status = 'claimable' AND d.hidden_reason IS NULL)`;
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
