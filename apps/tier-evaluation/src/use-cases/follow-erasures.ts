import type { DataOf, ErasureAdvancedV1 } from '#libs/contracts';
import { Outbox } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { erasureAnswer, Erasures, type Erasure, type ErasureAnswer } from '#libs/secrets';
import { Injectable } from '@nestjs/common';
import { ErasedCreatorRepository } from '../persistence/erased-creator.repository.ts';

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
      if (erasure.stage === 'checking') await this.#answer(erasure, { stage: 'checked' }, tx);
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

  async #answer(erasure: Erasure, answer: ErasureAnswer, tx: TenantTransaction): Promise<void> {
    await this.#outbox.append(tx, [erasureAnswer('tier-evaluation', erasure, answer, tx.clientId)]);
  }
}
