import type { BackfillId } from '#libs/kernel';
import { keyOf, lockLanes } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { WORKING } from '../domain/backfill/backfill-state.ts';
import { BackfillRepository } from '../persistence/backfill.repository.ts';
import { AnnounceBackfill } from './announce-backfill.ts';

const TRIES = 10;

/** Notes that a chunk has failed; after a few in a row the job has failed, so that it does not spin for ever. */
@Injectable()
export class GiveUpBackfill {
  constructor(
    private readonly backfills: BackfillRepository,
    private readonly announce: AnnounceBackfill,
  ) {}

  async execute(id: BackfillId, failure: string, tx: TenantTransaction): Promise<void> {
    const found = await this.backfills.find(id, tx);
    if (found === undefined) return;
    await lockLanes(tx, [keyOf(tx.clientId, found.rewardId)]);
    const job = await this.backfills.find(id, tx);
    if (job === undefined || !WORKING.includes(job.status)) return;
    const failures = await this.backfills.addFailure(id, failure.slice(0, 500), tx);
    if (failures < TRIES) return;
    await this.backfills.setStatus(id, 'failed', tx);
    await this.announce.execute(id, tx);
  }
}
