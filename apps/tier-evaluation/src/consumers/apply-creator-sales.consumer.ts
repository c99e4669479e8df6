import { CreatorSalesRecordedV1 } from '#libs/contracts';
import { Consumes, type EventBatch } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { ApplyCreatorSales } from '../use-cases/apply-creator-sales.ts';
import { NoteDiscardedSales } from '../use-cases/note-discarded-sales.ts';

@Consumes(CreatorSalesRecordedV1, { name: 'tier-evaluation.apply-creator-sales' })
export class ApplyCreatorSalesConsumer {
  readonly #applyCreatorSales: ApplyCreatorSales;
  readonly #noteDiscardedSales: NoteDiscardedSales;

  constructor(applyCreatorSales: ApplyCreatorSales, noteDiscardedSales: NoteDiscardedSales) {
    this.#applyCreatorSales = applyCreatorSales;
    this.#noteDiscardedSales = noteDiscardedSales;
  }

  handle(batch: EventBatch<typeof CreatorSalesRecordedV1>, tx: TenantTransaction): Promise<void> {
    return this.#applyCreatorSales.execute(batch.events, tx);
  }

  discarded(batch: EventBatch<typeof CreatorSalesRecordedV1>, tx: TenantTransaction): Promise<void> {
    return this.#noteDiscardedSales.execute(batch.events, tx);
  }
}
