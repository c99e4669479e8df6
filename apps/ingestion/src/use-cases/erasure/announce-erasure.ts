import { ErasureAdvancedV1, newEvent, type NewEvent } from '#libs/contracts';
import type { ClientId } from '#libs/kernel';
import type { Erasure, ErasureStatus } from '../../domain/erasure/erasure.ts';

const VERSION: Readonly<Record<ErasureStatus, number>> = { checking: 1, refused: 2, erasing: 2, done: 3 };

/** Tells all services how far an erasure has come. Ids alone. */
export function announceErasure(
  clientId: ClientId,
  { id, creatorId, forced }: Erasure,
  status: ErasureStatus,
): NewEvent<typeof ErasureAdvancedV1> {
  return newEvent(ErasureAdvancedV1, {
    clientId,
    aggregateId: creatorId,
    subject: id,
    aggregateVersion: VERSION[status],
    data: { erasureId: id, creatorId, status, forced },
  });
}
