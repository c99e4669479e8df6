import { CreatorSalesRecordedV1 } from '#libs/contracts';
import { Consumes, type EventBatch, type EventConsumer } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { RecordCreatorSales } from '../use-cases/record-creator-sales.ts';

@Consumes(CreatorSalesRecordedV1, { name: 'commission-boost.record-creator-sales', appends: false })
export class RecordCreatorSalesConsumer implements EventConsumer<typeof CreatorSalesRecordedV1> {
  constructor(private readonly recordCreatorSales: RecordCreatorSales) {}

  handle(batch: EventBatch<typeof CreatorSalesRecordedV1>, tx: TenantTransaction): Promise<void> {
    return this.recordCreatorSales.execute(batch.events, tx);
  }
}
