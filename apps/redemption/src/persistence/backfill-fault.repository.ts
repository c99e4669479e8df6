import type { CreatorId } from '#libs/kernel';
import { sql, type Statement, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { CreatorRange } from '../domain/backfill/slices.ts';
import { ONE_TIME_SCOPE } from '../domain/entitlement/right.ts';
import type { Reward } from '../domain/reward/reward.ts';

export interface FoundFaults {
  /** Creators who lack their open row. */
  readonly missing: number;
  /** Open rows that nobody is entitled to. */
  readonly stale: number;
  /** Five at most. */
  readonly examples: readonly CreatorId[];
}

/** The anti-join at the end of a job. */
@Injectable()
export class BackfillFaultRepository {
  /**
   * Of a range of creators, as they are now: one statement, so one state of all of them. Both sides lie in the order of
   * creators and are read side by side; on a fresh partition, of which it knows nothing, Postgres would rather look up
   * each row by itself, a thousand times slower.
   */
  async find(reward: Reward, range: CreatorRange, tx: TenantTransaction): Promise<FoundFaults> {
    await tx.execute(sql`
      SELECT set_config('enable_hashjoin', 'off', true), set_config('enable_nestloop', 'off', true)`);
    const within = (creatorId: Statement) =>
      sql`${creatorId} > ${range.after}::uuid AND ${creatorId} <= ${range.until}::uuid`;
    const row = await tx.one<{ missing: string; stale: string; examples: CreatorId[] }>(sql`
      WITH faulty AS MATERIALIZED (
        SELECT creator_id, e.entitled IS NOT NULL AS missing
        FROM (${entitled(reward, within, tx)}) AS e
        FULL JOIN (
          SELECT d.creator_id, true AS open FROM redemption.redemption d
          WHERE d.client_id = ${tx.clientId} AND d.reward_id = ${reward.id} AND ${within(sql`d.creator_id`)}
            AND d.status = 'claimable' AND d.hidden_reason IS NULL ORDER BY d.creator_id) AS d USING (creator_id)
        WHERE ${looksFor(reward)})
      SELECT count(*) FILTER (WHERE missing) AS missing, count(*) FILTER (WHERE NOT missing) AS stale,
             ARRAY(SELECT creator_id FROM faulty ORDER BY creator_id LIMIT 5) AS examples
      FROM faulty`);
    return { missing: Number(row.missing), stale: Number(row.stale), examples: row.examples };
  }
}

/** Whoever has an open row of an enabled mission reward may have it: a mission has granted it. */
function looksFor(reward: Reward): Statement {
  const isMissing = sql`d.open IS NULL`;
  const isStale = sql`e.entitled IS NULL`;
  return reward.source === 'mission' && reward.enabled ? isMissing : sql`${isMissing} OR ${isStale}`;
}

/** Who shall have an open row. */
function entitled(reward: Reward, within: (creatorId: Statement) => Statement, tx: TenantTransaction): Statement {
  if (!reward.enabled) return sql`SELECT NULL::uuid AS creator_id, true AS entitled WHERE false`;
  if (reward.source === 'mission') return hiddenGrants(reward, within, tx);
  const members = sql`
    SELECT c.creator_id, c.tier_version FROM redemption.creator_tier c
    WHERE c.client_id = ${tx.clientId} AND c.tier = ${reward.tier} AND NOT c.erased AND ${within(sql`c.creator_id`)}`;
  if (reward.frequency !== 'one_time') {
    return sql`SELECT creator_id, true AS entitled FROM (${members}) AS c ORDER BY creator_id`;
  }
  const counted = ONE_TIME_SCOPE[reward.type] === 'ever' ? sql`` : sql`AND k.tier_version = c.tier_version`;
  return sql`
    SELECT c.creator_id, true AS entitled FROM (${members}) AS c
    LEFT JOIN redemption.claim k ON k.client_id = ${tx.clientId} AND k.reward_id = ${reward.id}
      AND k.creator_id = c.creator_id AND ${within(sql`k.creator_id`)} ${counted}
    GROUP BY c.creator_id HAVING count(k.redemption_id) < ${reward.quantity}::int ORDER BY c.creator_id`;
}

/** A mission reward owes nobody a row; but one that was granted, and hidden with the reward, is to be seen again. */
function hiddenGrants(reward: Reward, within: (creatorId: Statement) => Statement, tx: TenantTransaction): Statement {
  return sql`
    SELECT h.creator_id, true AS entitled FROM redemption.redemption h
    WHERE h.client_id = ${tx.clientId} AND h.reward_id = ${reward.id} AND ${within(sql`h.creator_id`)}
      AND h.status = 'claimable' AND h.hidden_reason = 'reward_disabled' AND NOT EXISTS (
        SELECT FROM redemption.creator_tier c
        WHERE c.client_id = h.client_id AND c.creator_id = h.creator_id AND c.erased)
    ORDER BY h.creator_id`;
}
