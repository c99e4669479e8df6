import { BoostStatusChangedV1, newEvent, type NewEvent } from '#libs/contracts';
import type { ClientId } from '#libs/kernel';
import { BOOST_STATUSES, stepOf, type BoostStatus } from '../domain/boost/boost-status.ts';
import type { Boost } from '../domain/boost/boost.ts';

/** What the world is told of the steps a boost has just made, in order; `boost` is the boost after the last of them. */
export function announceSteps(
  clientId: ClientId,
  boost: Boost,
  steps: readonly BoostStatus[],
  occurredAt: Date,
): NewEvent<typeof BoostStatusChangedV1>[] {
  return steps.map((to) =>
    newEvent(BoostStatusChangedV1, {
      clientId,
      aggregateId: boost.creatorId,
      subject: boost.id,
      aggregateVersion: stepOf(to),
      data: {
        boostId: boost.id,
        redemptionId: boost.redemptionId,
        creatorId: boost.creatorId,
        from: BOOST_STATUSES[stepOf(to) - 2] ?? null,
        to,
        occurredAt: occurredAt.toISOString(),
        activationDate: boost.activation?.reading.sync.businessDate ?? null,
        expiryDate: boost.activation?.expiryDate ?? null,
        deltaMinor: boost.expiry?.deltaMinor.toString() ?? null,
        calculatedPayoutMinor: boost.expiry?.calculatedPayoutMinor.toString() ?? null,
        finalPayoutMinor: boost.finalPayoutMinor?.toString() ?? null,
      },
    }),
  );
}
