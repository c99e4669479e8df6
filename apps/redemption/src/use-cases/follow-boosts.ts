import { CLOCK, type Clock, type RedemptionId } from '#libs/kernel';
import type { TenantTransaction } from '#libs/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { boostEffect, type BoostStatus } from '../domain/redemption/boost-steps.ts';
import type { RedemptionStatus } from '../domain/redemption/redemption-state.ts';
import { BoostStateRepository } from '../persistence/boost-state.repository.ts';
import { ClaimRepository } from '../persistence/claim.repository.ts';
import { HistoryRepository } from '../persistence/history.repository.ts';
import { RedemptionRepository } from '../persistence/redemption.repository.ts';

export interface BoostNews {
  readonly redemptionId: RedemptionId;
  readonly status: BoostStatus;
}

/** Frees slots and takes the steps that boosts bring about, in order. A stale or repeated word finds nothing to do. */
@Injectable()
export class FollowBoosts {
  constructor(
    private readonly redemptions: RedemptionRepository,
    private readonly claims: ClaimRepository,
    private readonly history: HistoryRepository,
    private readonly states: BoostStateRepository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(news: readonly BoostNews[], tx: TenantTransaction): Promise<void> {
    await this.states.keep(news, tx);
    const effects = news.map(({ redemptionId, status }) => ({ redemptionId, ...boostEffect(status) }));
    await this.claims.freeSlots(
      effects.filter(({ freesSlot }) => freesSlot).map(({ redemptionId }) => redemptionId),
      tx,
    );
    const passing = (state: RedemptionStatus) =>
      effects.filter(({ steps }) => steps.includes(state)).map(({ redemptionId }) => redemptionId);
    await this.#advance(passing('fulfilled'), { command: 'fulfil', from: 'claimed', to: 'fulfilled' }, tx);
    await this.#advance(passing('concluded'), { command: 'conclude', from: 'fulfilled', to: 'concluded' }, tx);
  }

  async #advance(
    ids: readonly RedemptionId[],
    step: { readonly command: 'fulfil' | 'conclude'; readonly from: RedemptionStatus; readonly to: RedemptionStatus },
    tx: TenantTransaction,
  ): Promise<void> {
    const moved = await this.redemptions.advance(ids, step, tx);
    const actor = { kind: 'system', id: null } as const;
    await this.history.record(moved, { ...step, actor, at: this.clock.now() }, tx);
  }
}
