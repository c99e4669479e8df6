import { ErasureAnsweredV1, newEvent, type DataOf, type ErasureAdvancedV1 } from '#libs/contracts';
import { Outbox } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { Erasures, type Erasure } from '#libs/secrets';
import { Injectable } from '@nestjs/common';
import { ErasedCreatorRepository } from '../persistence/erased-creator.repository.ts';

type Answer = Pick<DataOf<typeof ErasureAnsweredV1>, 'stage' | 'erased'>;

/** This service owes a creator nothing, and knows it by its id alone, but for the reasons of its corrections. */
@Injectable()
export class FollowErasures {
  readonly #erasures: Erasures;
  readonly #erased: ErasedCreatorRepository;
  readonly #outbox: Outbox;

  constructor(erasures: Erasures, erased: ErasedCreatorRepository, outbox: Outbox) {
    this.#erasures = erasures;
    this.#erased = erased;
    this.#outbox = outbox;
  }

  async execute(news: readonly DataOf<typeof ErasureAdvancedV1>[], tx: TenantTransaction): Promise<void> {
    for (const erasure of await this.#erasures.note(news, tx)) {
      if (erasure.stage === 'checking') await this.#answer(erasure, { stage: 'checked', erased: [] }, tx);
      if (erasure.stage === 'erasing') await this.#erase(erasure, tx);
    }
  }

  async #erase(erasure: Erasure, tx: TenantTransaction): Promise<void> {
    const { reasons, answers } = await this.#erased.eraseReasons(erasure.creatorId, tx);
    await this.#erasures.end([erasure.id], tx);
    const erased = [
      { what: 'adjustment_reasons', count: reasons },
      { what: 'stored_answers', count: answers },
    ];
    await this.#answer(erasure, { stage: 'erased', erased }, tx);
  }

  async #answer({ id, creatorId }: Erasure, answer: Answer, tx: TenantTransaction): Promise<void> {
    await this.#outbox.append(tx, [
      newEvent(ErasureAnsweredV1, {
        clientId: tx.clientId,
        aggregateId: creatorId,
        subject: `${id}:tier-evaluation`,
        aggregateVersion: answer.stage === 'checked' ? 1 : 2,
        data: {
          erasureId: id,
          creatorId,
          service: 'tier-evaluation',
          obligations: [],
          claimedBoosts: [],
          ...answer,
        },
      }),
    ]);
  }
}
