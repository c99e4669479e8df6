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
import type { NewAlert } from '../domain/alert/alert.ts';
import type { BoostTerms } from '../domain/boost/boost.ts';
import { shareOutSlots } from '../domain/boost/share-out-slots.ts';
import { DueBoostRepository, type ClaimedBoost } from '../persistence/due-boost.repository.ts';
import { WaitingClaimRepository } from '../persistence/waiting-claim.repository.ts';
import { announceSteps } from './announce-steps.ts';
import { RaiseAlerts } from './raise-alerts.ts';

type Claimed = DataOf<typeof RedemptionClaimedV1>;

/**
 * Every claimed commission boost becomes a scheduled one, on the terms that the claim froze. A redelivery makes nothing.
 * The claim's own check of the creator's slot is redemption's, and the two can disagree for a while: a claim that comes
 * while the slot is taken here waits for it, people are told, and nothing else waits with it.
 */
@Injectable()
export class ScheduleBoosts {
  constructor(
    private readonly boosts: DueBoostRepository,
    private readonly waitingClaims: WaitingClaimRepository,
    private readonly raiseAlerts: RaiseAlerts,
    private readonly outbox: Outbox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(events: readonly ReceivedEvent<typeof RedemptionClaimedV1>[], tx: TenantTransaction): Promise<void> {
    const claims = events.flatMap(({ data }) => (data.boost === null ? [] : [claimedBoost(tx, data, data.boost)]));
    if (claims.length === 0) return;
    const { known, taken } = await this.waitingClaims.standing(claims, tx);
    const { scheduled, waiting } = shareOutSlots(once(claims, known), taken);
    await this.#schedule(scheduled, tx);
    await this.waitingClaims.append(waiting, tx);
    await this.raiseAlerts.execute(waiting.map(waits), tx);
  }

  /** Of a lane, which must be held, the claims whose creator's slot is free by now. */
  async takeUpWaiting(lane: number, tx: TenantTransaction): Promise<void> {
    await this.#schedule(await this.waitingClaims.takeUp(lane, this.clock.now(), tx), tx);
  }

  async #schedule(claims: readonly ClaimedBoost[], tx: TenantTransaction): Promise<void> {
    if (claims.length === 0) return;
    const at = this.clock.now();
    const scheduled = await this.boosts.schedule(claims, at, tx);
    await this.outbox.append(
      tx,
      scheduled.flatMap((boost) => announceSteps(tx.clientId, boost, ['scheduled'], at)),
    );
  }
}

function once(claims: readonly ClaimedBoost[], known: ReadonlySet<RedemptionId>): ClaimedBoost[] {
  const fresh = claims.filter(({ redemptionId }) => !known.has(redemptionId));
  return [...new Map(fresh.map((claim) => [claim.redemptionId, claim])).values()];
}

function waits({ redemptionId, creatorId, terms }: ClaimedBoost): NewAlert {
  const facts = { redemptionId, scheduledDate: terms.scheduledDate };
  return { kind: 'claim_waits_for_slot', creatorId, boostId: null, subject: redemptionId, facts };
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
