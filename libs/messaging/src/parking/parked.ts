/** A key that failed for one consumer. Everything of it waits, in order, until it is released or discarded. */
export interface ParkedKey {
  readonly kind: 'key';
  readonly id: string;
  readonly consumer: string;
  readonly clientId: string;
  readonly aggregateId: string;
  readonly status: 'parked' | 'releasing';
  readonly reason: string;
  /** How often it was parked since it first failed: 1 more for every release that failed again. */
  readonly attempts: number;
  readonly waitingEvents: number;
  /** ISO 8601, UTC. */
  readonly parkedAt: string;
}

/** A record that could not be read: no consumer of the service has handled it. */
export interface ParkedRecord {
  readonly kind: 'record';
  readonly id: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly reason: string;
  readonly parkedAt: string;
}

export type Parked = ParkedKey | ParkedRecord;

export interface WaitingEvent {
  readonly eventId: string;
  readonly subject: string;
  readonly aggregateVersion: number;
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  /** The envelope as it came, JSON. */
  readonly value: string;
}

export type ParkedDetail =
  (ParkedKey & { readonly events: readonly WaitingEvent[] }) | (ParkedRecord & { readonly valueBase64: string | null });
