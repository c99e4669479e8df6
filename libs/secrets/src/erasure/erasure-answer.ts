import { ErasureAnsweredV1, newEvent, type DataOf, type NewEvent } from '#libs/contracts';
import type { ClientId } from '#libs/kernel';
import type { Erasure } from './erasures.ts';

type Data = DataOf<typeof ErasureAnsweredV1>;
/** What a service has to say; what it leaves out is nothing. */
export type ErasureAnswer = Pick<Data, 'stage'> & Partial<Pick<Data, 'obligations' | 'claimedBoosts' | 'erased'>>;

/** A service's word on an erasure: its first is what it has looked up, its second what is gone. */
export function erasureAnswer(
  service: Data['service'],
  { id, creatorId }: Erasure,
  answer: ErasureAnswer,
  clientId: ClientId,
): NewEvent<typeof ErasureAnsweredV1> {
  return newEvent(ErasureAnsweredV1, {
    clientId,
    aggregateId: creatorId,
    subject: `${id}:${service}`,
    aggregateVersion: answer.stage === 'checked' ? 1 : 2,
    data: { erasureId: id, creatorId, service, obligations: [], claimedBoosts: [], erased: [], ...answer },
  });
}
