import type { TenantTransaction } from '#libs/persistence';
import type { Erasure } from '#libs/secrets';
import { Injectable } from '@nestjs/common';
import { hasReached } from '../domain/boost/boost-status.ts';
import { ErasedCreatorRepository } from '../persistence/erased-creator.repository.ts';
import { PayBoost } from './pay-boost.ts';
import { SetFinalAmount } from './set-final-amount.ts';

const REASON = 'the creator is erased: nobody is left to be paid';

/**
 * Ends what a forced erasure has left open: nobody can give details any more, so an ended boost goes through its steps
 * with an amount of 0. One that is scheduled or active runs on, and ends so when its expiry has come.
 */
@Injectable()
export class EndErasedBoosts {
  constructor(
    private readonly erased: ErasedCreatorRepository,
    private readonly setFinalAmount: SetFinalAmount,
    private readonly payBoost: PayBoost,
  ) {}

  /** The lane of the creator's key is held. @returns how many it has ended, and how many are left to run */
  async execute({ id, creatorId }: Erasure, tx: TenantTransaction): Promise<{ ended: number; running: number }> {
    const unpaid = await this.erased.unpaidOf(creatorId, tx);
    const ended = unpaid.filter(({ status }) => hasReached(status, 'pending_info'));
    const adminId = `erasure:${id}`;
    for (const { id: boostId, finalPayoutMinor } of ended) {
      if (finalPayoutMinor !== 0n) {
        const nothing = { amount: '0', currency: undefined, reason: REASON };
        await this.setFinalAmount.execute({ boostId, adminId, ...nothing }, tx);
      }
      await this.payBoost.execute({ boostId, adminId, transactionId: null, overrideHoldReason: REASON }, tx);
    }
    return { ended: ended.length, running: unpaid.length - ended.length };
  }
}
