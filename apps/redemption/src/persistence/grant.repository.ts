import type { CreatorId, RewardId } from '#libs/kernel';
import { prepared, sql, type Statement, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { alignment } from './alignment.ts';

/** Which creators are brought in line, their rows of `creator_tier` being locked, and with which rewards. */
export interface GrantScope {
  readonly creatorIds: readonly CreatorId[];
  /** One reward; all when not given. */
  readonly rewardId?: RewardId;
}

/**
 * Grants to creators who stay where they are. The grant lock of a client keeps grants (shared) and changes of its
 * rewards (exclusive, for a moment) apart, so that none of them can miss the other.
 */
@Injectable()
export class GrantRepository {
  async lockShared(tx: TenantTransaction): Promise<void> {
    await tx.execute(prepared('grant-lock', sql`SELECT pg_advisory_xact_lock_shared(${grantLock(tx)})`));
  }

  async lockExclusive(tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`SELECT pg_advisory_xact_lock(${grantLock(tx)})`);
  }

  async align(scope: GrantScope, tx: TenantTransaction): Promise<void> {
    if (scope.creatorIds.length === 0 || !(await this.#hasRewards(tx))) return;
    await tx.execute(sql`WITH ${alignment(members(scope, tx), scope.rewardId, tx)} SELECT`);
  }

  /** The open row of one creator, who is entitled to it and has no unclaimed one. */
  async createOne(
    of: { readonly creatorId: CreatorId; readonly rewardId: RewardId },
    tx: TenantTransaction,
  ): Promise<void> {
    await tx.execute(
      prepared(
        'grant-one',
        sql`
          INSERT INTO redemption.redemption (client_id, reward_id, creator_id, tier_at_grant, tier_version_at_grant)
          SELECT client_id, ${of.rewardId}::uuid, creator_id, tier, tier_version FROM redemption.creator_tier
          WHERE client_id = ${tx.clientId} AND creator_id = ${of.creatorId} AND NOT erased
          ON CONFLICT (client_id, reward_id, creator_id) WHERE status = 'claimable' DO NOTHING`,
      ),
    );
  }

  /** To plan the statement takes longer than to register the creators; rewards stand still under the grant lock. */
  async #hasRewards(tx: TenantTransaction): Promise<boolean> {
    const found = await tx.maybeOne(sql`SELECT 1 FROM redemption.reward WHERE client_id = ${tx.clientId} LIMIT 1`);
    return found !== undefined;
  }
}

function grantLock(tx: TenantTransaction): Statement {
  return sql`hashtextextended(${`redemption.grant:${tx.clientId}`}, 13)`;
}

/** The scope's creators as `creator_tier` has them. */
function members(scope: GrantScope, tx: TenantTransaction): Statement {
  return sql`
    SELECT t.creator_id, t.tier, t.tier_version, t.erased
    FROM unnest(${scope.creatorIds}::uuid[]) AS met (creator_id)
    CROSS JOIN LATERAL (
      SELECT * FROM redemption.creator_tier t
      WHERE t.client_id = ${tx.clientId} AND t.creator_id = met.creator_id LIMIT 1) AS t`;
}
