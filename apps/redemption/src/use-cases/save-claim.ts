import { newEvent, RedemptionClaimedV1, type DataOf } from '#libs/contracts';
import { Outbox } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { AfterClaim } from '../domain/entitlement/after-claim.ts';
import { ClaimRefusedError } from '../domain/redemption/redemption.errors.ts';
import type { RewardType } from '../domain/reward/reward.ts';
import { ClaimRepository, type Claim, type SlotKind } from '../persistence/claim.repository.ts';
import { HistoryRepository } from '../persistence/history.repository.ts';
import { RedemptionRepository } from '../persistence/redemption.repository.ts';
import { MakeNextRow } from './make-next-row.ts';

export interface AcceptedClaim {
  readonly claim: Claim;
  readonly type: RewardType;
  readonly slot: SlotKind | null;
  readonly next: AfterClaim;
  /** The frozen terms of a boost. */
  readonly boost: DataOf<typeof RedemptionClaimedV1>['boost'];
}

/** Turns the row, freezes the terms and makes the creator's next open row, where the eager rule gives one. */
@Injectable()
export class SaveClaim {
  constructor(
    private readonly claims: ClaimRepository,
    private readonly redemptions: RedemptionRepository,
    private readonly history: HistoryRepository,
    private readonly makeNextRow: MakeNextRow,
    private readonly outbox: Outbox,
  ) {}

  async execute(accepted: AcceptedClaim, tx: TenantTransaction): Promise<void> {
    const { claim, slot } = accepted;
    if (slot !== null && !(await this.claims.takeSlot(claim, slot, tx))) throw slotTaken(slot);
    const ids = [claim.redemptionId];
    await this.redemptions.advance(ids, { from: 'claimable', to: 'claimed' }, tx);
    await this.claims.insert(claim, tx);
    const actor = { kind: 'creator', id: claim.creatorId } as const;
    const step = { command: 'claim', from: 'claimable', to: 'claimed', actor, at: claim.claimedAt } as const;
    await this.history.record(ids, step, tx);
    await this.makeNextRow.execute(claim, accepted.next, tx);
    await this.outbox.append(tx, [claimedEvent(tx.clientId, accepted)]);
  }
}

function slotTaken(slot: SlotKind): ClaimRefusedError {
  return slot === 'boost'
    ? new ClaimRefusedError('boost.slot_taken', 'the creator has a boost scheduled or active')
    : new ClaimRefusedError('discount.slot_taken', 'the creator has a discount scheduled');
}

function claimedEvent(clientId: string, { claim, type, boost }: AcceptedClaim) {
  return newEvent(RedemptionClaimedV1, {
    clientId,
    aggregateId: claim.creatorId,
    subject: claim.redemptionId,
    aggregateVersion: 1,
    data: {
      redemptionId: claim.redemptionId,
      rewardId: claim.rewardId,
      creatorId: claim.creatorId,
      type,
      tierAtClaim: claim.tier,
      tierVersion: claim.tierVersion,
      claimedAt: claim.claimedAt.toISOString(),
      claimedOn: claim.claimedOn,
      boost,
    },
  });
}
