import type { ReceivedEvent, TierChangedV1 } from '#libs/contracts';
import type { TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { CreatorRepository } from '../persistence/creator.repository.ts';

/** Keeps creators' tiers, to list them by. Their creators are there: this service made them before anyone heard of them. */
@Injectable()
export class CopyTiers {
  readonly #creators: CreatorRepository;

  constructor(creators: CreatorRepository) {
    this.#creators = creators;
  }

  async execute(changed: readonly ReceivedEvent<typeof TierChangedV1>[], tx: TenantTransaction): Promise<void> {
    const copies = changed.map(({ subject, data }) => ({
      creatorId: subject,
      tier: data.tierAfter,
      tierVersion: data.tierVersion,
    }));
    await this.#creators.copyTiers(copies, tx);
  }
}
