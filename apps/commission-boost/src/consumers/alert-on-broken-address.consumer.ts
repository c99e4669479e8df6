import { SealBrokenV1 } from '#libs/contracts';
import type { CreatorId } from '#libs/kernel';
import { Consumes, type EventBatch, type EventConsumer } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import type { NewAlert } from '../domain/alert/alert.ts';
import { RaiseAlerts } from '../use-cases/raise-alerts.ts';

@Consumes(SealBrokenV1, { name: 'commission-boost.alert-on-broken-address' })
export class AlertOnBrokenAddressConsumer implements EventConsumer<typeof SealBrokenV1> {
  constructor(private readonly raiseAlerts: RaiseAlerts) {}

  handle(batch: EventBatch<typeof SealBrokenV1>, tx: TenantTransaction): Promise<void> {
    const alerts = batch.events.map(({ data: { creatorId, redemptionId, field } }): NewAlert => ({
      ...({ kind: 'seal_broken', creatorId: creatorId as CreatorId, boostId: null } as const),
      ...{ subject: `${field}/${redemptionId ?? creatorId}`, facts: { field, ...(redemptionId && { redemptionId }) } },
    }));
    return this.raiseAlerts.execute(alerts, tx);
  }
}
