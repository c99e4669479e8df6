import { newEvent, SyncAppliedV1 } from '#libs/contracts';
import type { ClientId } from '#libs/kernel';
import { keyOf, lockLanes, Outbox, Watermark, type CompletedSync } from '#libs/messaging';
import { Database } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { DueWorkRepository } from '../persistence/due-work.repository.ts';
import { MoveDueBoosts } from './move-due-boosts.ts';

/** Brings a client through its next sync, once every event of it is seen: boosts first, then the word that it is done. */
@Injectable()
export class ApplyCompletedSync {
  constructor(
    private readonly database: Database,
    private readonly watermark: Watermark,
    private readonly moveDueBoosts: MoveDueBoosts,
    private readonly work: DueWorkRepository,
    private readonly outbox: Outbox,
  ) {}

  /** @returns true when a sync was applied */
  async execute(clientId: ClientId): Promise<boolean> {
    const sync = await this.watermark.advance(clientId);
    if (sync === undefined) return false;
    await this.moveDueBoosts.execute(clientId);
    return this.#finish(sync);
  }

  async #finish(sync: CompletedSync): Promise<boolean> {
    const { clientId, syncId, sequence, businessDate } = sync;
    return this.database.inTenant(clientId, async (tx) => {
      await lockLanes(tx, [keyOf(clientId, clientId)]);
      if ((await this.work.count(tx)) > 0) return false;
      if (!(await this.watermark.markApplied(tx, clientId, sequence))) return false;
      await this.outbox.append(tx, [
        newEvent(SyncAppliedV1, {
          clientId,
          aggregateId: clientId,
          subject: `${syncId}:commission-boost`,
          aggregateVersion: 1,
          data: { syncId, syncSequence: sequence, businessDate, service: 'commission-boost' },
        }),
      ]);
      return true;
    });
  }
}
