import { faultOf } from '#libs/messaging';
import { Database } from '#libs/persistence';
import { Injectable, Logger } from '@nestjs/common';
import { nextChunkSize } from '../domain/backfill/chunk-size.ts';
import type { Harm } from '../domain/backfill/throttle.ts';
import type { JobPlace } from '../persistence/backfill.repository.ts';
import { AnnounceBackfill } from './announce-backfill.ts';
import { GiveUpBackfill } from './give-up-backfill.ts';
import { RunBackfillChunk } from './run-backfill-chunk.ts';
import { StepBackfill } from './step-backfill.ts';

const CHUNK_TIMEOUT_MS = 10_000;

export interface WorkingJob extends JobPlace {
  /** At most. */
  readonly creatorsPerChunk: number;
  /** What this worker is held back by. */
  readonly throttledBy?: Harm | null;
}

/** The next chunk or step of a job, in a transaction of its own. A worker that was held up for longer can not commit. */
@Injectable()
export class CarryOnBackfill {
  readonly #logger = new Logger('backfill');
  /** Of the next chunk, as far as the job allows it. */
  #creators = Number.POSITIVE_INFINITY;

  constructor(
    private readonly database: Database,
    private readonly runChunk: RunBackfillChunk,
    private readonly step: StepBackfill,
    private readonly announce: AnnounceBackfill,
    private readonly giveUp: GiveUpBackfill,
  ) {}

  /** @returns whether there was something to do, and it was done. */
  async execute(job: WorkingJob): Promise<boolean> {
    try {
      return (await this.#chunk(job)) || (await this.step.execute(job));
    } catch (error) {
      await this.#failed(job, error);
      return false;
    }
  }

  async #chunk(job: WorkingJob): Promise<boolean> {
    const { id, clientId, throttledBy = null } = job;
    const creators = Math.min(this.#creators, job.creatorsPerChunk);
    const timeout = { timeoutMs: CHUNK_TIMEOUT_MS };
    const begun = performance.now();
    const done = await this.database.inTenant(
      clientId,
      (tx) => this.runChunk.execute({ id, creatorsPerChunk: creators }, tx),
      timeout,
    );
    if (done === undefined) return false;
    this.#creators = nextChunkSize({ creators, tookMs: performance.now() - begun }, job.creatorsPerChunk);
    if (done.isProgressDue) {
      await this.database.inTenant(clientId, (tx) => this.announce.progress({ id, throttledBy }, tx), timeout);
    }
    return true;
  }

  /**
   * A database that is away, or in which somebody else is long in the way, says nothing about the job: it goes on later,
   * however long that lasts. A job that ended because of it would leave creators without what they are owed.
   */
  async #failed({ id, clientId, creatorsPerChunk }: WorkingJob, error: unknown): Promise<void> {
    const job = { clientId, backfillId: id };
    this.#logger.error({ err: error, ...job }, 'a step of a backfill failed');
    const fault = faultOf(error);
    if (fault === 'too-slow') {
      const creators = Math.min(this.#creators, creatorsPerChunk);
      this.#creators = nextChunkSize({ creators, tookMs: CHUNK_TIMEOUT_MS }, creatorsPerChunk);
    }
    if (fault !== 'poison') return;
    const failure = error instanceof Error ? error.message : String(error);
    try {
      await this.database.inTenant(clientId, (tx) => this.giveUp.execute(id, failure, tx));
    } catch (noteError) {
      this.#logger.warn({ err: noteError, ...job }, 'that it failed is not noted');
    }
  }
}
