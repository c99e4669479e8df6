import { newEvent, SyncAppliedV1 } from '#libs/contracts';
import { keyOf, lockLanes, Outbox, Watermark, type CompletedSync } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { ProgrammeDateRepository } from '../persistence/programme-date.repository.ts';
import { StandingRepository } from '../persistence/standing.repository.ts';

/** Says that a sync is applied, unless somebody is still due by its date. */
@Injectable()
export class MarkSyncApplied {
  readonly #watermark: Watermark;
  readonly #dates: ProgrammeDateRepository;
  readonly #standings: StandingRepository;
  readonly #outbox: Outbox;

  constructor(watermark: Watermark, dates: ProgrammeDateRepository, standings: StandingRepository, outbox: Outbox) {
    this.#watermark = watermark;
    this.#dates = dates;
    this.#standings = standings;
    this.#outbox = outbox;
  }

  /**
   * Adjustments hold the client's today while they promote; one dated to yesterday may open a window that is due by this
   * sync. So today is taken first and then looked once more: if somebody has become due, the next round reviews them.
   */
  async execute(tx: TenantTransaction, sync: CompletedSync): Promise<void> {
    await lockLanes(tx, [keyOf(sync.clientId, sync.clientId)]);
    await this.#dates.lockToday(tx);
    if ((await this.#standings.lanesWithDue(tx, sync.businessDate)).length > 0) return;
    if (!(await this.#watermark.markApplied(tx, sync.clientId, sync.sequence))) return;
    const { clientId, syncId, sequence: syncSequence, businessDate } = sync;
    const service = 'tier-evaluation';
    await this.#outbox.append(tx, [
      newEvent(SyncAppliedV1, {
        clientId,
        aggregateId: clientId,
        subject: `${syncId}:${service}`,
        aggregateVersion: 1,
        data: { syncId, syncSequence, businessDate, service },
      }),
    ]);
  }
}
