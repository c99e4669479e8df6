import { LaurelError } from '#libs/contracts';
import type { BackfillId } from '#libs/kernel';
import { keyOf, lockLanes } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { decideControl, type BackfillControl } from '../domain/backfill/backfill-state.ts';
import { IllegalBackfillStepError } from '../domain/backfill/backfill.errors.ts';
import type { Backfill } from '../persistence/backfill-row.ts';
import { BackfillRepository } from '../persistence/backfill.repository.ts';
import { AnnounceBackfill } from './announce-backfill.ts';
import { SwitchReward } from './switch-reward.ts';

/**
 * Pauses, resumes or cancels a job. Each worker looks at the job's status under the lock of its slice, so it acts before
 * the worker's next chunk; the one in its hands is finished, perhaps after the answer.
 */
@Injectable()
export class ControlBackfill {
  constructor(
    private readonly backfills: BackfillRepository,
    private readonly announce: AnnounceBackfill,
    private readonly switchReward: SwitchReward,
  ) {}

  async execute(id: BackfillId, control: BackfillControl, tx: TenantTransaction): Promise<Backfill> {
    const found = await this.#find(id, tx);
    await lockLanes(tx, [keyOf(tx.clientId, found.rewardId)]);
    const job = await this.#find(id, tx);
    const decision = decideControl(job, control);
    if (decision.kind === 'illegal') throw new IllegalBackfillStepError(decision.detail);
    for (const status of decision.steps) {
      await this.backfills.setStatus(id, status, tx);
      await this.announce.execute(id, tx);
    }
    if (decision.disablesReward) await this.switchReward.execute(job.rewardId, false, tx);
    return this.#find(id, tx);
  }

  async #find(id: BackfillId, tx: TenantTransaction): Promise<Backfill> {
    const job = await this.backfills.find(id, tx);
    if (job === undefined) throw new LaurelError('not_found', 'there is no such backfill');
    return job;
  }
}
