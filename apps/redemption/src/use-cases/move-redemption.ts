import { LaurelError } from '#libs/contracts';
import { CLOCK, type Clock, type RedemptionId } from '#libs/kernel';
import type { TenantTransaction } from '#libs/persistence';
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
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(move: MoveCommand, tx: TenantTransaction): Promise<void> {
    const { redemptionId, step } = move;
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
}
