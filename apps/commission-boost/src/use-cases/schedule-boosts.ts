import type { DataOf, ReceivedEvent, RedemptionClaimedV1 } from '#libs/contracts';
import {
  asId,
  CLOCK,
  toCalendarDate,
  toCurrency,
  toRateBps,
  type Clock,
  type CreatorId,
  type RedemptionId,
} from '#libs/kernel';
import { keyOf, Outbox, partitionOf } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { Inject, Injectable } from '@nestjs/common';
import type { BoostTerms } from '../domain/boost/boost.ts';
import { DueBoostRepository, type ClaimedBoost } from '../persistence/due-boost.repository.ts';
import { announceSteps } from './announce-steps.ts';

type Claimed = DataOf<typeof RedemptionClaimedV1>;

/**
 * Every claimed commission boost becomes a scheduled one, on the terms that the claim froze. A redelivery makes nothing.
 * While the creator's slot is taken here the database refuses the row, and the event waits in a parked key: the claim's
 * own check is redemption's, and the two can disagree for a while.
 */
@Injectable()
export class ScheduleBoosts {
  constructor(
    private readonly boosts: DueBoostRepository,
    private readonly outbox: Outbox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(events: readonly ReceivedEvent<typeof RedemptionClaimedV1>[], tx: TenantTransaction): Promise<void> {
    const claims = events.flatMap(({ data }) => (data.boost === null ? [] : [claimedBoost(tx, data, data.boost)]));
    if (claims.length === 0) return;
    const at = this.clock.now();
    const scheduled = await this.boosts.schedule(claims, at, tx);
    await this.outbox.append(
      tx,
      scheduled.flatMap((boost) => announceSteps(tx.clientId, boost, ['scheduled'], at)),
    );
  }
}

function claimedBoost(tx: TenantTransaction, claim: Claimed, boost: NonNullable<Claimed['boost']>): ClaimedBoost {
  const terms: BoostTerms = {
    rateBps: toRateBps(boost.rateBps),
    durationDays: boost.durationDays,
    tierCommissionRateBps: toRateBps(boost.tierCommissionRateBps),
    scheduledDate: toCalendarDate(boost.scheduledDate),
    clearingDays: boost.clearingDays,
    currency: toCurrency(boost.currency),
    timezone: boost.timezone,
  };
  return {
    redemptionId: asId<RedemptionId>(claim.redemptionId),
    creatorId: asId<CreatorId>(claim.creatorId),
    rewardId: claim.rewardId,
    tierAtClaim: claim.tierAtClaim,
    claimedAt: claim.claimedAt,
    claimedOn: claim.claimedOn,
    lane: partitionOf(keyOf(tx.clientId, claim.creatorId)),
    terms,
  };
}
