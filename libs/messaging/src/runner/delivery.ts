import type { ReceivedEvent } from '#libs/contracts';
import { keyOf } from '../outbox/lanes.ts';

/** A readable event with the place it came from. */
export interface Delivery {
  readonly event: ReceivedEvent;
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  /** The envelope as it came; asked for only when the event must be set aside. */
  readonly value: () => string;
}

/** What order and parking go by. */
export function keyOfDelivery(delivery: Delivery): string {
  return keyOf(delivery.event.clientId, delivery.event.aggregateId);
}

/** What a version counts, within one event type. */
export function subjectOf(delivery: Delivery): string {
  return keyOf(delivery.event.clientId, delivery.event.subject);
}
