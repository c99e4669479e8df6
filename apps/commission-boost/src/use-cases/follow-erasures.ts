import type { DataOf, ErasureAdvancedV1, ErasureAnsweredV1 } from '#libs/contracts';
import type { TenantTransaction } from '#libs/persistence';
import { Erasures } from '#libs/secrets';
import { Injectable } from '@nestjs/common';
import { ErasedCreatorRepository } from '../persistence/erased-creator.repository.ts';

/** Takes down how far erasures are: from the first word on the creator's account is no longer taken. */
@Injectable()
export class FollowErasures {
  constructor(
    private readonly erasures: Erasures,
    private readonly erased: ErasedCreatorRepository,
  ) {}

  async note(news: readonly DataOf<typeof ErasureAdvancedV1>[], tx: TenantTransaction): Promise<void> {
    await this.erasures.note(news, tx);
  }

  async noteClaims(answers: readonly DataOf<typeof ErasureAnsweredV1>[], tx: TenantTransaction): Promise<void> {
    for (const { service, stage, erasureId, claimedBoosts } of answers) {
      if (service === 'redemption' && stage === 'checked') await this.erased.noteClaims(erasureId, claimedBoosts, tx);
    }
  }
}
