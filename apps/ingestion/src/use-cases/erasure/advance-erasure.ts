import { CLOCK, type Clock } from '#libs/kernel';
import { Outbox } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { Inject, Injectable } from '@nestjs/common';
import type { ErasureAnsweredV1, ReceivedEvent } from '#libs/contracts';
import type { ErasureId } from '#libs/kernel';
import { decideErasure, type ServiceAnswer } from '../../domain/erasure/erasure.ts';
import { ErasureRepository } from '../../persistence/erasure.repository.ts';
import { announceErasure } from './announce-erasure.ts';

/** Takes down what a service says about an erasure, and moves it on once nobody is missing. */
@Injectable()
export class AdvanceErasure {
  readonly #erasures: ErasureRepository;
  readonly #outbox: Outbox;
  readonly #clock: Clock;

  constructor(erasures: ErasureRepository, outbox: Outbox, @Inject(CLOCK) clock: Clock) {
    this.#erasures = erasures;
    this.#outbox = outbox;
    this.#clock = clock;
  }

  async collect(events: readonly ReceivedEvent<typeof ErasureAnsweredV1>[], tx: TenantTransaction): Promise<void> {
    for (const { data } of events) {
      const { erasureId, service, stage, obligations, erased } = data;
      await this.note(erasureId as ErasureId, { service, stage, obligations, erased }, tx);
    }
  }

  /** The lane of the creator's key is held, so answers come one after the other. */
  async note(erasureId: ErasureId, answer: ServiceAnswer, tx: TenantTransaction): Promise<void> {
    await this.#erasures.noteAnswer(erasureId, answer, tx);
    const erasure = await this.#erasures.find(erasureId, tx);
    const next = erasure && decideErasure(erasure, await this.#erasures.answersTo(erasureId, tx));
    if (erasure === undefined || next === undefined) return;
    await this.#erasures.move(erasure, next, this.#clock.now(), tx);
    await this.#outbox.append(tx, [announceErasure(tx.clientId, erasure, next)]);
  }
}
