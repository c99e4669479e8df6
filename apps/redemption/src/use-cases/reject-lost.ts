import { CLOCK, type Clock } from '#libs/kernel';
import type { TenantTransaction } from '#libs/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { HistoryRepository } from '../persistence/history.repository.ts';
import { MissionGrantRepository, type MissionGrant } from '../persistence/mission-grant.repository.ts';
import { RedemptionRepository } from '../persistence/redemption.repository.ts';

const REJECT = { command: 'reject', from: 'claimable', to: 'rejected' } as const;

/** Rejects the unclaimed rows of lost grants. What was claimed is honoured, whatever the mission says later. */
@Injectable()
export class RejectLost {
  constructor(
    private readonly missionGrants: MissionGrantRepository,
    private readonly redemptions: RedemptionRepository,
    private readonly history: HistoryRepository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @returns how many were claimed already, and stand */
  async execute(lost: readonly MissionGrant[], tx: TenantTransaction): Promise<number> {
    if (lost.length === 0) return 0;
    const placed = await this.missionGrants.lose([...new Map(lost.map((grant) => [grant.id, grant])).values()], tx);
    const rejected = await this.redemptions.advance(placed, REJECT, tx);
    await this.missionGrants.markLost(rejected, tx);
    const actor = { kind: 'system', id: null } as const;
    await this.history.record(rejected, { ...REJECT, actor, at: this.clock.now() }, tx);
    return placed.length - rejected.length;
  }
}
