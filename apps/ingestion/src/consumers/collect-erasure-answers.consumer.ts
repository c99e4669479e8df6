import { ErasureAnsweredV1 } from '#libs/contracts';
import { Consumes, type EventBatch, type EventConsumer } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { AdvanceErasure } from '../use-cases/erasure/advance-erasure.ts';

@Consumes(ErasureAnsweredV1, { name: 'ingestion.collect-erasure-answers' })
export class CollectErasureAnswers implements EventConsumer<typeof ErasureAnsweredV1> {
  readonly #advance: AdvanceErasure;

  constructor(advance: AdvanceErasure) {
    this.#advance = advance;
  }

  handle(batch: EventBatch<typeof ErasureAnsweredV1>, tx: TenantTransaction): Promise<void> {
    return this.#advance.collect(batch.events, tx);
  }
}
