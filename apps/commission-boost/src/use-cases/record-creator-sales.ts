import type { CreatorSalesRecordedV1, ReceivedEvent } from '#libs/contracts';
import { asId, toCalendarDate, type CreatorId } from '#libs/kernel';
import { keyOf, partitionOf } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { CreatorGmvRepository } from '../persistence/creator-gmv.repository.ts';

/** Keeps creators' raw lifetime GMV by sync: what boosts are read from. */
@Injectable()
export class RecordCreatorSales {
  constructor(private readonly creatorGmv: CreatorGmvRepository) {}

  async execute(events: readonly ReceivedEvent<typeof CreatorSalesRecordedV1>[], tx: TenantTransaction): Promise<void> {
    const entries = events.map(({ aggregateId, data }) => ({
      creatorId: asId<CreatorId>(aggregateId),
      syncSequence: data.syncSequence,
      businessDate: toCalendarDate(data.businessDate),
      lifetimeGmvMinor: BigInt(data.lifetimeGmvMinor),
      differenceMinor: data.differences.reduce((sum, difference) => sum + BigInt(difference.gmvMinor), 0n),
    }));
    await this.creatorGmv.append(entries, tx);
    // Whoever was read on a date that now has another file is looked at once the sync is reached.
    const further = events.filter(({ data }) => data.businessDate === data.previousBusinessDate);
    await this.creatorGmv.markForRecheck(
      further.map(({ aggregateId, data }) => ({
        lane: partitionOf(keyOf(tx.clientId, aggregateId)),
        syncSequence: data.syncSequence,
        creatorId: asId<CreatorId>(aggregateId),
      })),
      tx,
    );
  }
}
