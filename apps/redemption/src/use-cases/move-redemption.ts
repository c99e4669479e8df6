import { LaurelError } from '#libs/contracts';
import { CLOCK, type Clock, type RedemptionId } from '#libs/kernel';
import { keyOf, lockLanes } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { Erasures } from '#libs/secrets';
import { Inject, Injectable } from '@nestjs/common';
import { decideStep } from '../domain/redemption/redemption-state.ts';
import { IllegalRedemptionStepError } from '../domain/redemption/redemption.errors.ts';
import { ClaimRepository } from '../persistence/claim.repository.ts';
import { HistoryRepository } from '../persistence/history.repository.ts';
import { RedemptionRepository } from '../persistence/redemption.repository.ts';

/** What an admin does with a claimed redemption. */
export type AdminStep =
  | { readonly command: 'fulfil' | 'conclude' | 'deliver' }
  | { readonly command: 'ship'; readonly carrier: string; readonly trackingNumber: string };

export interface MoveCommand {
  readonly redemptionId: RedemptionId;
  readonly step: AdminStep;
  readonly adminId: string;
  readonly notes: string | undefined;
}

@Injectable()
export class MoveRedemption {
  constructor(
    private readonly redemptions: RedemptionRepository,
    private readonly claims: ClaimRepository,
    private readonly history: HistoryRepository,
    private readonly erasures: Erasures,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(move: MoveCommand, tx: TenantTransaction): Promise<void> {
    const { redemptionId, step } = move;
    if (saysSomething(move)) await this.#refuseErased(redemptionId, tx);
    const standing = await this.redemptions.lockStanding(redemptionId, tx);
    if (standing === undefined) throw new LaurelError('not_found', 'there is no such redemption');
    const decision = decideStep(standing, step.command, 'admin');
    if (decision.kind === 'illegal') throw new IllegalRedemptionStepError(decision.detail);
    const { from, to } = decision;
    const at = this.clock.now();
    if (from !== to) await this.redemptions.advance([redemptionId], { from, to }, tx);
    if (step.command === 'ship') await this.history.recordShipment(redemptionId, { ...step, at }, tx);
    const actor = { kind: 'admin', id: move.adminId } as const;
    await this.history.record([redemptionId], { command: step.command, from, to, actor, at, notes: move.notes }, tx);
    // Fulfilled, a discount is no longer scheduled.
    if (to === 'fulfilled') await this.claims.freeSlots([redemptionId], tx);
  }

  /** Under the lane of the creator's key: no erasure takes the texts away between this look and the writing of another. */
  async #refuseErased(redemptionId: RedemptionId, tx: TenantTransaction): Promise<void> {
    const creatorId = await this.redemptions.creatorOf(redemptionId, tx);
    if (creatorId === undefined) return;
    await lockLanes(tx, [keyOf(tx.clientId, creatorId)]);
    await this.erasures.refuseErased(creatorId, tx);
  }
}

/** A parcel's number leads to an address. Without either, the steps of an erased creator's redemption stay open to admins. */
function saysSomething({ step, notes }: MoveCommand): boolean {
  return step.command === 'ship' || notes !== undefined;
}
