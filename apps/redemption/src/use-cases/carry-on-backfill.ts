import type { ClientId } from '#libs/kernel';
import { Database } from '#libs/persistence';
import { Injectable, Logger } from '@nestjs/common';
import type { BackfillStatus } from '../domain/backfill/backfill-state.ts';
import { GiveUpBackfill } from './give-up-backfill.ts';
import { RunBackfillChunk, type ChunkOf } from './run-backfill-chunk.ts';
import { VerifyBackfill } from './verify-backfill.ts';

/** The anti-join of a million creators takes seconds; it reads only, and holds back no relay. */
const VERIFY_TIMEOUT_MS = 120_000;
const CHUNK_TIMEOUT_MS = 10_000;

export interface WorkingJob extends ChunkOf {
  readonly clientId: ClientId;
  readonly status: BackfillStatus;
}

/** The next step of a job, in a transaction of its own. A worker that was held up longer than that can not commit. */
@Injectable()
export class CarryOnBackfill {
  readonly #logger = new Logger('backfill');

  constructor(
    private readonly database: Database,
    private readonly runChunk: RunBackfillChunk,
    private readonly verify: VerifyBackfill,
    private readonly giveUp: GiveUpBackfill,
  ) {}

  /** @returns whether there was something to do. */
  async execute(job: WorkingJob): Promise<boolean> {
    try {
      return await this.#step(job);
    } catch (error) {
      this.#logger.error({ err: error, clientId: job.clientId, backfillId: job.id }, 'a step of a backfill failed');
      const failure = error instanceof Error ? error.message : String(error);
      await this.database.inTenant(job.clientId, (tx) => this.giveUp.execute(job, failure, tx));
      return false;
    }
  }

  #step(job: WorkingJob): Promise<boolean> {
    return job.status === 'verifying'
      ? this.database.inTenant(job.clientId, (tx) => this.verify.execute(job, tx), { timeoutMs: VERIFY_TIMEOUT_MS })
      : this.database.inTenant(job.clientId, (tx) => this.runChunk.execute(job, tx), { timeoutMs: CHUNK_TIMEOUT_MS });
  }
}
