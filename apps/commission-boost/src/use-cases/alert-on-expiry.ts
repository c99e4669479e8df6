import type { TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { alertsAtExpiry, soldBefore, usualSince } from '../domain/alert/alerts-at-expiry.ts';
import type { Activation, Boost, Expiry } from '../domain/boost/boost.ts';
import { ReadingRepository } from '../persistence/reading.repository.ts';
import { RaiseAlerts } from './raise-alerts.ts';

export type ExpiredBoost = Boost & { readonly activation: Activation; readonly expiry: Expiry };

/** Tells people what they should look at about boosts that have just expired. */
@Injectable()
export class AlertOnExpiry {
  constructor(
    private readonly readings: ReadingRepository,
    private readonly raiseAlerts: RaiseAlerts,
  ) {}

  /** The lanes of the creators' keys must be held. */
  async execute(expired: readonly ExpiredBoost[], tx: TenantTransaction): Promise<void> {
    if (expired.length === 0) return;
    const since = expired.map(({ activation }) => usualSince(activation));
    const sequences = await this.readings.lastSequencesUpTo(since, tx);
    const points = expired.map(({ creatorId }, index) => ({ creatorId, sequence: sequences[index] ?? 0 }));
    const before = await this.readings.gmvAt(points, tx);
    const first = await this.readings.firstBehind(points, tx);
    const alerts = expired.flatMap((boost, index) =>
      alertsAtExpiry(boost, soldBefore(boost.activation, before[index] ?? 0n, first[index])),
    );
    await this.raiseAlerts.execute(alerts, tx);
  }
}
