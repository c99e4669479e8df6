import { LaurelError } from '#libs/contracts';
import { CLOCK, type Clock, type CreatorId } from '#libs/kernel';
import { Outbox } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { Inject, Injectable } from '@nestjs/common';
import type { Erasure } from '../../domain/erasure/erasure.ts';
import { namesIn } from '../../domain/handle/mentions.ts';
import { CreatorRepository } from '../../persistence/creator.repository.ts';
import { ErasureRepository } from '../../persistence/erasure.repository.ts';
import { announceErasure } from './announce-erasure.ts';

export interface ErasureOrder {
  readonly creatorId: CreatorId;
  /** Why it is to be carried out whatever is owed; null where it is not. */
  readonly reason: string | null;
  readonly requestedBy: string;
}

/** Begins the erasure of a creator: every service is asked first what it owes. A creator is erased once. */
@Injectable()
export class RequestErasure {
  readonly #creators: CreatorRepository;
  readonly #erasures: ErasureRepository;
  readonly #outbox: Outbox;
  readonly #clock: Clock;

  constructor(creators: CreatorRepository, erasures: ErasureRepository, outbox: Outbox, @Inject(CLOCK) clock: Clock) {
    this.#creators = creators;
    this.#erasures = erasures;
    this.#outbox = outbox;
    this.#clock = clock;
  }

  /** The lane of the creator's key is held. @returns the one that is on its way, or done, where there is one */
  async execute(order: ErasureOrder, tx: TenantTransaction): Promise<Erasure> {
    const creator = await this.#creators.find(order.creatorId, tx);
    if (creator === undefined) throw new LaurelError('not_found', 'there is no such creator');
    const standing = await this.#erasures.findStanding(order.creatorId, tx);
    if (standing !== undefined) return standing;
    if (order.reason !== null && namesIn(order.reason).has(creator.handle)) throw reasonNamesCreator();
    const erasure = await this.#erasures.insert({ ...order, at: this.#clock.now() }, tx);
    await this.#outbox.append(tx, [announceErasure(tx.clientId, erasure, 'checking')]);
    return erasure;
  }
}

/** The reason stays, and must not be what is left of the creator. */
function reasonNamesCreator(): LaurelError {
  const message = 'the reason is kept when the creator is gone: it must not hold its handle';
  return new LaurelError('validation_failed', message, {
    faults: [{ pointer: '/force/reason', code: 'names_creator', message }],
  });
}
