import type { CreatorId, RewardId } from '#libs/kernel';
import { sql, type TenantTransaction } from '#libs/persistence';
import type { RewardCounts } from '../src/persistence/reward-count.repository.ts';

export async function countFaults(
  counts: ReadonlyMap<RewardId, RewardCounts>,
  tx: TenantTransaction,
): Promise<unknown[]> {
  const counted = await tx.many<{ rewardId: RewardId; state: keyof RewardCounts; rows: number }>(sql`
    SELECT r.id AS "rewardId", state, count(d.id)::int AS rows
    FROM redemption.reward r
    CROSS JOIN unnest('{open,hidden,claimed,fulfilled,concluded,rejected}'::text[]) AS state
    LEFT JOIN redemption.redemption d ON d.reward_id = r.id AND state = CASE
      WHEN d.status <> 'claimable' THEN d.status WHEN d.hidden_reason IS NULL THEN 'open' ELSE 'hidden' END
    GROUP BY r.id, state`);
  return counted.filter(({ rewardId, state, rows }) => (counts.get(rewardId)?.[state] ?? 0) !== rows);
}

/** @param lastDeparture where the creator went when it last left a tier */
export async function reasonFaults(
  tierOf: (creatorId: CreatorId) => number,
  lastDeparture: (creatorId: CreatorId, tier: number) => number | undefined,
  tx: TenantTransaction,
): Promise<unknown[]> {
  const rows = await tx.many<{ creatorId: CreatorId; tier: number; enabled: boolean; reason: string }>(sql`
    SELECT d.creator_id AS "creatorId", r.tier, r.enabled, d.hidden_reason AS reason
    FROM redemption.redemption d JOIN redemption.reward r ON r.id = d.reward_id
    WHERE d.hidden_reason IS NOT NULL AND r.source = 'vip_tier'`);
  const expected = ({ creatorId, tier, enabled }: (typeof rows)[number]) => {
    if (tier === tierOf(creatorId)) return enabled ? 'right_used_up' : 'reward_disabled';
    return `tier_change_tier_${tier}_to_tier_${lastDeparture(creatorId, tier)}`;
  };
  return rows.map((row) => ({ ...row, expected: expected(row) })).filter((row) => row.reason !== row.expected);
}

/** Creators and rewards that break the eager rule. One statement that shares nothing with the service's. */
export const EAGER_RULE = sql`
  WITH used AS (
    SELECT d.creator_id, d.reward_id, count(*) AS ever, count(*) FILTER (WHERE k.tier_version = t.tier_version) AS now
    FROM redemption.redemption d
    JOIN redemption.claim k ON k.redemption_id = d.id
    JOIN redemption.creator_tier t ON t.creator_id = d.creator_id
    WHERE d.status IN ('claimed', 'fulfilled', 'concluded')
    GROUP BY 1, 2),
  unclaimed AS (
    SELECT creator_id, reward_id, count(*) AS rows, count(*) FILTER (WHERE hidden_reason IS NULL) AS open
    FROM redemption.redemption WHERE status = 'claimable' GROUP BY 1, 2),
  pairs AS (
    SELECT t.creator_id, r.id AS reward_id,
           r.enabled AND r.tier = t.tier AND NOT t.erased AND NOT (r.frequency = 'one_time' AND r.quantity <= CASE
             WHEN r.type IN ('gift_card', 'physical_gift', 'experience') THEN coalesce(u.ever, 0)
             ELSE coalesce(u.now, 0) END) AS entitled,
           coalesce(d.open, 0) AS open, coalesce(d.rows, 0) AS unclaimed
    FROM redemption.creator_tier t CROSS JOIN redemption.reward r
    LEFT JOIN used u ON u.creator_id = t.creator_id AND u.reward_id = r.id
    LEFT JOIN unclaimed d ON d.creator_id = t.creator_id AND d.reward_id = r.id
    WHERE r.source = 'vip_tier')
  SELECT creator_id, reward_id, CASE
      WHEN unclaimed > 1 THEN 'two unclaimed rows' WHEN entitled THEN 'no open row' ELSE 'an open row too many' END AS wrong
  FROM pairs WHERE unclaimed > 1 OR open <> CASE WHEN entitled THEN 1 ELSE 0 END`;
