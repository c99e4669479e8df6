import { AlertRaisedV1, newEvent } from '#libs/contracts';
import { CLOCK, type Clock } from '#libs/kernel';
import { Outbox } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { Inject, Injectable } from '@nestjs/common';
import type { NewAlert } from '../domain/alert/alert.ts';
import { AlertRepository } from '../persistence/alert.repository.ts';

/** Tells people, in a list and by an event, of what they should look at; the same subject once. */
@Injectable()
export class RaiseAlerts {
  constructor(
    private readonly alerts: AlertRepository,
    private readonly outbox: Outbox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The lanes of the creators' keys must be held. Raising again what was told before does nothing. */
  async execute(alerts: readonly NewAlert[], tx: TenantTransaction): Promise<void> {
    if (alerts.length === 0) return;
    const raised = await this.alerts.append(alerts, this.clock.now(), tx);
    await this.outbox.append(
      tx,
      raised.map(({ id, kind, creatorId, boostId, facts, raisedAt }) =>
        newEvent(AlertRaisedV1, {
          clientId: tx.clientId,
          aggregateId: creatorId,
          subject: id,
          aggregateVersion: 1,
          data: { alertId: id, kind, creatorId, boostId, facts, raisedAt: raisedAt.toISOString() },
        }),
      ),
    );
  }
}
