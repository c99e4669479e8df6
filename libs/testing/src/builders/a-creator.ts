import { randomUUID } from 'node:crypto';
import { CreatorOnboardedV1, newEvent, type NewEvent } from '#libs/contracts';
import { asId, type ClientId, type CreatorId } from '#libs/kernel';

export function aClientId(): ClientId {
  return asId<ClientId>(randomUUID());
}

export function aCreatorId(): CreatorId {
  return asId<CreatorId>(randomUUID());
}

export interface CreatorFixture {
  readonly clientId: ClientId;
  readonly creatorId: CreatorId;
  readonly onboarded: NewEvent<typeof CreatorOnboardedV1>;
}

/** A creator of tier 1, with the event that tells of it. */
export function aCreator(
  given: { clientId?: ClientId; creatorId?: CreatorId; onboardedOn?: string } = {},
): CreatorFixture {
  const { clientId = aClientId(), creatorId = aCreatorId(), onboardedOn = '2025-01-06' } = given;
  const onboarded = newEvent(CreatorOnboardedV1, {
    clientId,
    aggregateId: creatorId,
    subject: creatorId,
    aggregateVersion: 1,
    data: { onboardedOn, syncId: randomUUID() },
  });
  return { clientId, creatorId, onboarded };
}
