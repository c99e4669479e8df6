import { randomUUID } from 'node:crypto';
import { ErasureAdvancedV1, ErasureAnsweredV1, newEvent, type DataOf, type NewEvent } from '#libs/contracts';

interface OfErasure {
  readonly clientId: string;
  readonly creatorId: string;
  readonly erasureId?: string;
}

const VERSIONS = { checking: 1, refused: 2, erasing: 2, done: 3 } as const;

/** How far an erasure is: `checking` unless said otherwise. */
export function erasureAdvanced(
  given: OfErasure & { readonly status?: keyof typeof VERSIONS; readonly forced?: boolean },
): NewEvent<typeof ErasureAdvancedV1> {
  const { clientId, creatorId, erasureId = randomUUID(), status = 'checking', forced = false } = given;
  return newEvent(ErasureAdvancedV1, {
    clientId,
    aggregateId: creatorId,
    subject: erasureId,
    aggregateVersion: VERSIONS[status],
    data: { erasureId, creatorId, status, forced },
  });
}

/** A service's word on an erasure: that nothing is owed, unless said otherwise. */
export function erasureAnswered(
  given: OfErasure & Partial<DataOf<typeof ErasureAnsweredV1>>,
): NewEvent<typeof ErasureAnsweredV1> {
  const { clientId, erasureId = randomUUID(), ...data } = given;
  const { service = 'redemption', stage = 'checked', obligations = [], claimedBoosts = [], erased = [] } = data;
  const whole = { creatorId: data.creatorId, service, stage, obligations, claimedBoosts, erased };
  return newEvent(ErasureAnsweredV1, {
    clientId,
    aggregateId: data.creatorId,
    subject: `${erasureId}:${whole.service}`,
    aggregateVersion: whole.stage === 'checked' ? 1 : 2,
    data: { erasureId, ...whole },
  });
}
