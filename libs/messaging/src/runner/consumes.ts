import type { EventDefinition, ReceivedEvent } from '#libs/contracts';
import type { TenantTransaction } from '#libs/persistence';
import { Injectable, SetMetadata, applyDecorators } from '@nestjs/common';

/** Events of one type and one client, from one partition, in order; each is handed to a consumer once. */
export interface EventBatch<E extends EventDefinition = EventDefinition> {
  readonly events: readonly ReceivedEvent<E>[];
  /** The last event of each subject: all that a consumer of states needs. In order of first appearance. */
  latestPerSubject(): readonly ReceivedEvent<E>[];
}

export interface EventConsumer<E extends EventDefinition = EventDefinition> {
  /**
   * Applies the batch in the given transaction, whose tenant is set and, for a consumer that appends, whose lane
   * (that of the partition) is locked.
   * May be called again with the same events after a rollback, never after a commit.
   */
  handle(batch: EventBatch<E>, tx: TenantTransaction): Promise<void>;
  /**
   * For a consumer that keeps count of what it should have: the last event of each subject that an operator has discarded
   * with a parked key, in the transaction of that. Nothing of it is handled, and nothing of it comes again.
   */
  discarded?(batch: EventBatch<E>, tx: TenantTransaction): Promise<void>;
}

export interface ConsumerOptions {
  /** `<service>.<what-it-does>`: half of the inbox key, so it never changes. */
  readonly name: string;
  /** False for a consumer that appends no events: it then shares no lock with the service's writers. True if not given. */
  readonly appends?: boolean;
  /**
   * Events a transaction at most, for a consumer that writes many rows for each: requests of the same lane wait for its
   * transactions, and the relay for the oldest of them. As many as the runner brings if not given.
   */
  readonly mostEvents?: number;
}

export interface ConsumerDeclaration extends ConsumerOptions {
  readonly definition: EventDefinition;
}

export const CONSUMER_METADATA = 'laurel:consumer';

/** Declares a Nest provider as the consumer of one event version. The runner finds it in any module of the service. */
export function Consumes<E extends EventDefinition>(definition: E, options: ConsumerOptions) {
  return applyDecorators(Injectable(), SetMetadata(CONSUMER_METADATA, { definition, ...options })) as (
    target: new (...args: never[]) => EventConsumer<E>,
  ) => void;
}
