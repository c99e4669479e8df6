import { CreatorSalesRecordedV1 } from '#libs/contracts';
import { Consumes, type EventBatch } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { ApplyCreatorSales } from '../use-cases/apply-creator-sales.ts';

@Consumes(CreatorSalesRecordedV1, { name: 'tier-evaluation.apply-creator-sales' })
export class ApplyCreatorSalesConsumer {
  readonly #applyCreatorSales: ApplyCreatorSales;

  constructor(applyCreatorSales: ApplyCreatorSales) {
    this.#applyCreatorSales = applyCreatorSales;
  }

  handle(batch: EventBatch<typeof CreatorSalesRecordedV1>, tx: TenantTransaction): Promise<void> {
    return this.#applyCreatorSales.execute(batch.events, tx);
  }
}
