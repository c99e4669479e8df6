import type { BackfillId } from '#libs/kernel';
import { Database, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { nextStep } from '../domain/backfill/backfill-state.ts';
import { BackfillSliceRepository } from '../persistence/backfill-slice.repository.ts';
import { BackfillRepository, type JobPlace } from '../persistence/backfill.repository.ts';
import { BeginBackfill } from './begin-backfill.ts';
import { VerifyBackfill } from './verify-backfill.ts';

/** Counting a million creators and the anti-join take seconds; they read only, and hold back no relay. */
const READING_TIMEOUT_MS = 120_000;

/** What is to be done to a job between its chunks: its beginning, its verification, its end. */
@Injectable()
export class StepBackfill {
  constructor(
    private readonly database: Database,
    private readonly backfills: BackfillRepository,
    private readonly slices: BackfillSliceRepository,
    private readonly beginBackfill: BeginBackfill,
    private readonly verify: VerifyBackfill,
  ) {}

  /** @returns whether there was something to do. */
  execute({ id, clientId }: JobPlace): Promise<boolean> {
    return this.database.inTenant(clientId, (tx) => this.#step(id, tx), { timeoutMs: READING_TIMEOUT_MS });
  }

  async #step(id: BackfillId, tx: TenantTransaction): Promise<boolean> {
    const job = await this.backfills.find(id, tx);
    if (job === undefined) return false;
    switch (nextStep(job.status, await this.slices.count(id, tx))) {
      case 'begin':
        return this.beginBackfill.execute(job, tx);
      case 'verify':
        return this.verify.begin(job, tx);
      case 'verify_slice':
        return this.verify.slice(job, tx);
      case 'finish':
        return this.verify.finish(job, tx);
      case 'none':
        return false;
    }
  }
}
