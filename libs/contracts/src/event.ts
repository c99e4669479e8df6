import type { Static, TObject } from '@sinclair/typebox';

/**
 * What an event is to a consumer that meets it twice, late or after a gap.
 * - `state`: carries the whole state of its aggregate at `aggregateVersion`. A stale one changes nothing; after a gap it
 *   is applied and the gap counted.
 * - `difference`: only meaningful on top of its predecessor. A gap parks the key.
 * - `fact`: stands alone. Claimed once by its id in the inbox.
 */
export type EventNature = 'state' | 'difference' | 'fact';

export interface EventDefinition<Data extends TObject = TObject> {
  /** `laurel.<aggregate>.<past-tense>.v<N>` */
  readonly type: string;
  /** `laurel.<aggregate>` */
  readonly topic: string;
  readonly nature: EventNature;
  readonly description: string;
  readonly data: Data;
  /** True if `sync.completed` says how many of these a sync has published; consumers count what they have seen. */
  readonly countedBySync: boolean;
}

export type DataOf<E extends EventDefinition> = Static<E['data']>;

/** An event as a service appends it to its outbox. */
export interface NewEvent<E extends EventDefinition = EventDefinition> {
  readonly definition: E;
  readonly clientId: string;
  /** The second half of the Kafka key `clientId:aggregateId`: order is kept among events of one key. */
  readonly aggregateId: string;
  /** What the version counts: usually the aggregate itself, else a part of it (a boost of a creator). */
  readonly subject: string;
  /** Gapless per type and subject, from 1. */
  readonly aggregateVersion: number;
  readonly data: DataOf<E>;
}

/** An event as a consumer receives it. */
export interface ReceivedEvent<E extends EventDefinition = EventDefinition> {
  /** UUID of this event; the same on every redelivery. */
  readonly id: string;
  readonly clientId: string;
  readonly aggregateId: string;
  readonly subject: string;
  readonly aggregateVersion: number;
  /** When its transaction wrote it. ISO 8601, UTC. */
  readonly time: string;
  readonly traceparent: string | undefined;
  readonly data: DataOf<E>;
}

type Declared<D extends TObject> = Omit<EventDefinition<D>, 'countedBySync'> & { readonly countedBySync?: boolean };

const TYPE = /^laurel\.([a-z-]+)\.[a-z-]+\.v[1-9]\d*$/;

/** Declares a released event version. @throws Error when type and topic do not belong together. */
export function defineEvent<D extends TObject>(declared: Declared<D>): EventDefinition<D> {
  const aggregate = TYPE.exec(declared.type)?.[1];
  if (declared.topic !== `laurel.${aggregate}`)
    throw new Error(`${declared.type} does not belong to ${declared.topic}`);
  return Object.freeze({ countedBySync: false, ...declared });
}

/** Builds an event; the compiler holds `data` against the definition. */
export function newEvent<E extends EventDefinition>(
  definition: E,
  event: Omit<NewEvent<E>, 'definition'>,
): NewEvent<E> {
  return { definition, ...event };
}
