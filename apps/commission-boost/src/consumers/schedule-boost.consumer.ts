import { RedemptionClaimedV1 } from '#libs/contracts';
import { Consumes, type EventBatch, type EventConsumer } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { ScheduleBoosts } from '../use-cases/schedule-boosts.ts';

@Consumes(RedemptionClaimedV1, { name: 'commission-boost.schedule-boost' })
export class ScheduleBoostConsumer implements EventConsumer<typeof RedemptionClaimedV1> {
  constructor(private readonly scheduleBoosts: ScheduleBoosts) {}

  handle(batch: EventBatch<typeof RedemptionClaimedV1>, tx: TenantTransaction): Promise<void> {
    return this.scheduleBoosts.execute(batch.events, tx);
  }
}
