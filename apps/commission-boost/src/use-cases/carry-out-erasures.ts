import type { ClientId } from '#libs/kernel';
import { keyOf, lockLanes, Outbox } from '#libs/messaging';
import { Database, type TenantTransaction } from '#libs/persistence';
import { erasureAnswer, type Erasure, type ErasureAnswer } from '#libs/secrets';
import { Injectable } from '@nestjs/common';
import { ErasedCreatorRepository } from '../persistence/erased-creator.repository.ts';
import { DestroyCreator } from './destroy-creator.ts';
import { EndErasedBoosts } from './end-erased-boosts.ts';

/**
 * Says which boosts, and claims that wait to become one, keep a creator from being erased, once every claim that redemption
 * has told of is known here; and
 * destroys what there is of it, once that is decided. A piece of work at a time, each under the lane of its creator: done
 * by two processes, or again after a crash, it is done once.
 */
@Injectable()
export class CarryOutErasures {
  constructor(
    private readonly database: Database,
    private readonly erased: ErasedCreatorRepository,
    private readonly destroyCreator: DestroyCreator,
    private readonly endErasedBoosts: EndErasedBoosts,
    private readonly outbox: Outbox,
  ) {}

  /** @returns whether there was anything to do */
  async execute(clientId: ClientId): Promise<boolean> {
    const { toDo, ended } = await this.#open(clientId);
    for (const erasure of toDo) await this.#inLane(clientId, erasure, (tx) => this.#move(erasure, tx));
    for (const erasure of ended) {
      await this.#inLane(clientId, erasure, (tx) => this.endErasedBoosts.execute(erasure, tx));
    }
    return toDo.length + ended.length > 0;
  }

  async count(clientId: ClientId): Promise<number> {
    const { toDo, ended } = await this.#open(clientId);
    return toDo.length + ended.length;
  }

  #open(clientId: ClientId): Promise<{ toDo: Erasure[]; ended: Erasure[] }> {
    return this.database.inTenant(clientId, async (tx) => ({
      toDo: await this.erased.toDo(tx),
      ended: await this.erased.withEndedBoosts(tx),
    }));
  }

  async #inLane(
    clientId: ClientId,
    { creatorId }: Erasure,
    work: (tx: TenantTransaction) => Promise<unknown>,
  ): Promise<void> {
    await this.database.inTenant(clientId, async (tx) => {
      await lockLanes(tx, [keyOf(clientId, creatorId)]);
      await work(tx);
    });
  }

  async #move({ id }: Erasure, tx: TenantTransaction): Promise<void> {
    const erasure = await this.erased.lock(id, tx);
    if (erasure?.stage === 'checking' && !erasure.answered) await this.#check(erasure, tx);
    if (erasure?.stage === 'erasing') await this.#erase(erasure, tx);
  }

  async #check(erasure: Erasure, tx: TenantTransaction): Promise<void> {
    const owed = await this.erased.owed(erasure.creatorId, tx);
    const obligations = owed.map(({ id, inRun }) => {
      return { kind: inRun ? ('boost_in_payout_run' as const) : ('boost_not_paid' as const), id };
    });
    await this.erased.markAnswered(erasure.id, tx);
    await this.#answer(erasure, { stage: 'checked', obligations }, tx);
  }

  /** The texts go first: what the ends of boosts write is of nobody. */
  async #erase(erasure: Erasure, tx: TenantTransaction): Promise<void> {
    const destroyed = await this.destroyCreator.execute(erasure, tx);
    const { ended, running } = await this.endErasedBoosts.execute(erasure, tx);
    const erased = [
      ...destroyed,
      { what: 'boosts_ended', count: ended },
      { what: 'boosts_that_will_end', count: running },
    ];
    await this.#answer(erasure, { stage: 'erased', erased }, tx);
  }

  async #answer(erasure: Erasure, answer: ErasureAnswer, tx: TenantTransaction): Promise<void> {
    await this.outbox.append(tx, [erasureAnswer('commission-boost', erasure, answer, tx.clientId)]);
  }
}
