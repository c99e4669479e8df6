import type { TenantTransaction } from '#libs/persistence';
import { Injectable, Logger } from '@nestjs/common';
import { CreatorTierRepository } from '../persistence/creator-tier.repository.ts';
import { MissionGrantRepository, type MissionGrant } from '../persistence/mission-grant.repository.ts';
import { RegisterCreators } from './register-creators.ts';
import { RejectLost } from './reject-lost.ts';

export interface MissionNews extends MissionGrant {
  readonly status: 'granted' | 'lost';
}

/**
 * Gives creators what missions have granted them, and takes back what a raffle has not let them win. A grant that is
 * heard of twice has one row. All grants come before all losses: a loss follows its grant, so a batch ends as its events
 * would have ended one by one. A creator not heard of yet is in tier 1, as one that is onboarded.
 */
@Injectable()
export class ApplyMissionGrants {
  readonly #logger = new Logger('missions');

  constructor(
    private readonly registerCreators: RegisterCreators,
    private readonly creatorTiers: CreatorTierRepository,
    private readonly missionGrants: MissionGrantRepository,
    private readonly rejection: RejectLost,
  ) {}

  async execute(news: readonly MissionNews[], tx: TenantTransaction): Promise<void> {
    const creatorIds = [...new Set(news.map(({ creatorId }) => creatorId))];
    await this.registerCreators.execute(creatorIds, tx);
    await this.creatorTiers.lockForChange(creatorIds, tx);
    const refused = await this.missionGrants.note(
      news.filter(({ status }) => status === 'granted'),
      tx,
    );
    if (refused.length > 0) {
      this.#logger.warn({ clientId: tx.clientId, grantIds: refused }, 'grants that name no mission reward are refused');
    }
    await this.missionGrants.place(creatorIds, tx);
    const kept = await this.rejection.execute(
      news.filter(({ status }) => status === 'lost'),
      tx,
    );
    if (kept > 0) this.#logger.warn({ clientId: tx.clientId, kept }, 'redemptions claimed before they were lost stand');
    await this.missionGrants.place(creatorIds, tx);
  }
}
