import { LaurelError } from '#libs/contracts';
import { CLOCK, type CalendarDate, type Clock, type CreatorId, type RedemptionId } from '#libs/kernel';
import type { TenantTransaction } from '#libs/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { readSchedule, type ScheduleReading, type WantedTime } from '../domain/claim/claim-schedule.ts';
import { decideClaim } from '../domain/claim/decide-claim.ts';
import { afterClaim } from '../domain/entitlement/after-claim.ts';
import { ClaimRefusedError, RedemptionLimitReachedError } from '../domain/redemption/redemption.errors.ts';
import { readGiftOrder, type GiftOrder, type WantedGift } from '../domain/gift/gift-order.ts';
import { InvalidGiftOrderError } from '../domain/gift/gift.errors.ts';
import type { BoostValue, GiftValue } from '../domain/reward/reward.ts';
import { ClientRepository, type ProgramCopy } from '../persistence/client.repository.ts';
import { GiftAddressRepository } from '../persistence/gift-address.repository.ts';
import { LoadClaim, type LoadedClaim } from './load-claim.ts';
import { SaveClaim, type AcceptedClaim } from './save-claim.ts';

export interface ClaimCommand extends WantedTime {
  readonly redemptionId: RedemptionId;
  readonly creatorId: CreatorId;
  /** Of a gift alone. */
  readonly gift?: WantedGift;
}

type Schedule = Extract<ScheduleReading, { kind: 'schedule' }>;

/**
 * A creator claims an open redemption. The lane of the creator's key is held, so of concurrent claims of one creator
 * each sees what the one before it has done; rate, duration, amount and tier come from here, not from the request.
 */
@Injectable()
export class ClaimRedemption {
  constructor(
    private readonly clients: ClientRepository,
    private readonly loadClaim: LoadClaim,
    private readonly saveClaim: SaveClaim,
    private readonly giftAddresses: GiftAddressRepository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(command: ClaimCommand, tx: TenantTransaction): Promise<void> {
    const { program, today } = await this.clients.findTerms(tx);
    const loaded = await this.loadClaim.execute(command, today, tx);
    refuseUnlessClaimable(loaded);
    if (program === undefined) throw new LaurelError('program.missing', 'the program of the client has not arrived');
    const schedule = scheduleOf(command, loaded, program);
    const order = giftOrderOf(command, loaded);
    const accepted = this.#accept(loaded, schedule, program);
    await this.saveClaim.execute(accepted, tx);
    const { redemptionId, creatorId, claimedAt: at } = accepted.claim;
    if (order !== undefined) await this.giftAddresses.insert({ redemptionId, creatorId, at }, order, tx);
  }

  #accept(loaded: LoadedClaim, schedule: Schedule, program: ProgramCopy): AcceptedClaim {
    const { redemptionId, reward, creator, programmeDate } = loaded;
    const { scheduledDate, scheduledAt, slot } = schedule;
    return {
      claim: {
        redemptionId,
        rewardId: reward.id,
        creatorId: creator.creatorId,
        tier: creator.tier,
        tierVersion: creator.tierVersion,
        claimedAt: this.clock.now(),
        claimedOn: programmeDate,
        value: reward.value,
        scheduledDate,
        scheduledAt,
      },
      type: reward.type,
      slot,
      next: afterClaim(reward, loaded.creatorTier, loaded.counts),
      boost: boostTerms(loaded, scheduledDate, program),
    };
  }
}

function refuseUnlessClaimable(loaded: LoadedClaim): void {
  const decision = decideClaim(loaded);
  switch (decision.kind) {
    case 'accepted':
      return;
    case 'limit_reached':
      throw new RedemptionLimitReachedError(decision.resetsAt);
    case 'refused':
      throw new ClaimRefusedError(decision.code, decision.detail);
  }
}

function scheduleOf(command: ClaimCommand, loaded: LoadedClaim, program: ProgramCopy): Schedule {
  const reading = readSchedule(loaded.reward.type, command, loaded.programmeDate, program.timezone);
  if (reading.kind === 'refused') throw new ClaimRefusedError(reading.code, reading.detail, reading);
  return reading;
}

function giftOrderOf({ gift }: ClaimCommand, { reward }: LoadedClaim): GiftOrder | undefined {
  if (reward.type !== 'physical_gift') return undefined;
  const reading = readGiftOrder(reward.value as GiftValue, gift ?? { shipping: undefined, size: undefined });
  if (reading.kind === 'faults') throw new InvalidGiftOrderError(reading.faults);
  return reading.order;
}

function boostTerms(
  loaded: LoadedClaim,
  scheduledDate: CalendarDate | null,
  program: ProgramCopy,
): AcceptedClaim['boost'] {
  if (loaded.reward.type !== 'commission_boost' || scheduledDate === null) return null;
  const { rateBps, durationDays } = loaded.reward.value as BoostValue;
  const { clearingDays, currency, timezone } = program;
  const tierCommissionRateBps = program.commissionRatesBps[loaded.creator.tier - 1] ?? 0;
  return { rateBps, durationDays, scheduledDate, tierCommissionRateBps, clearingDays, currency, timezone };
}
