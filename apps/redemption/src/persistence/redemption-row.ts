import type { CreatorId, RedemptionId, RewardId } from '#libs/kernel';
import { sql } from '#libs/persistence';
import type { RedemptionStatus } from '../domain/redemption/redemption-state.ts';
import type { RewardSource, RewardType, RewardValue } from '../domain/reward/reward.ts';

/** A redemption as it is shown: read in the shape it has on the wire. */
export interface RedemptionView {
  readonly id: RedemptionId;
  readonly creatorId: CreatorId;
  readonly rewardId: RewardId;
  readonly rewardName: string;
  readonly type: RewardType;
  readonly source: RewardSource;
  readonly status: RedemptionStatus;
  readonly hidden: boolean;
  readonly hiddenReason: string | null;
  readonly createdAt: Date;
  readonly tierAtGrant: number;
  readonly tierVersionAtGrant: number;
  readonly tierAtClaim: number | null;
  readonly tierVersionAtClaim: number | null;
  /** Frozen by the claim; the reward's until then. */
  readonly value: RewardValue;
  readonly claimedAt: Date | null;
  /** The programme date of the claim. */
  readonly claimedOn: string | null;
  readonly scheduledDate: string | null;
  readonly scheduledAt: Date | null;
  readonly carrier: string | null;
  readonly trackingNumber: string | null;
  readonly shippedAt: Date | null;
}

/** Of `d` redemption, `r` its reward, `k` its claim, `s` its shipment. */
export const VIEW_COLUMNS = sql`
  d.id, d.creator_id AS "creatorId", d.reward_id AS "rewardId", r.name AS "rewardName", r.type, r.source, d.status,
  d.hidden_reason IS NOT NULL AS hidden, d.hidden_reason AS "hiddenReason", uuid_extract_timestamp(d.id) AS "createdAt",
  d.tier_at_grant AS "tierAtGrant", d.tier_version_at_grant::int AS "tierVersionAtGrant",
  k.tier AS "tierAtClaim", k.tier_version::int AS "tierVersionAtClaim", coalesce(k.value, r.value) AS value,
  k.claimed_at AS "claimedAt", k.claimed_on::text AS "claimedOn", k.scheduled_date::text AS "scheduledDate",
  k.scheduled_at AS "scheduledAt", s.carrier, s.tracking_number AS "trackingNumber", s.shipped_at AS "shippedAt"`;

export const VIEW_JOINS = sql`
  JOIN redemption.reward r ON r.client_id = d.client_id AND r.id = d.reward_id
  LEFT JOIN redemption.claim k ON k.client_id = d.client_id AND k.redemption_id = d.id
  LEFT JOIN redemption.shipment s ON s.client_id = d.client_id AND s.redemption_id = d.id`;
