import type { BackfillId } from '#libs/kernel';
import { Database } from '#libs/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { FairTurns } from '../domain/backfill/fair-turns.ts';
import { restMs, shareOf } from '../domain/backfill/throttle.ts';
import { BackfillRepository, type JobPlace } from '../persistence/backfill.repository.ts';
import { BACKFILL_PACE, type BackfillPace } from './backfill-pace.ts';
import { CarryOnBackfill } from './carry-on-backfill.ts';
import { WatchLoad } from './watch-load.ts';

/** A round ends after this at the latest, so that a process that is to leave is not held up. */
const ROUND_MS = 3_000;
/** So soon a new job is seen. */
const LOOK_EVERY_MS = 200;
/** About what a chunk takes: put down to a job before it is known, so that workers spread over the jobs. */
const EXPECTED_MS = 20;
/** So often a resting worker looks whether it still has to. */
const REST_MS = 200;

interface Round {
  jobs: readonly JobPlace[];
  lookedAt: number;
  readonly endsAt: number;
  /** Jobs with nothing to do for another worker at the moment. */
  readonly idle: Set<BackfillId>;
}

/** The workers of this process: each takes a chunk of the job that had least of their time, whosever it is. */
@Injectable()
export class WorkBackfills {
  readonly #turns = new FairTurns();
  /** Of each worker the turn that it rests from, across rounds: under the throttle a rest may be longer than a round. */
  readonly #lastTurns = new Map<number, { readonly tookMs: number; readonly endedAt: number }>();

  constructor(
    private readonly database: Database,
    private readonly backfills: BackfillRepository,
    private readonly carryOn: CarryOnBackfill,
    private readonly load: WatchLoad,
    @Inject(BACKFILL_PACE) private readonly pace: BackfillPace,
  ) {}

  /** Works until there is nothing to do, or for a while. @returns whether there was anything */
  async round(): Promise<boolean> {
    const now = performance.now();
    const round: Round = { jobs: await this.#look(), lookedAt: now, endsAt: now + ROUND_MS, idle: new Set() };
    if (round.jobs.length === 0) return false;
    const worked = await Promise.all(
      Array.from({ length: this.pace.workers }, (_, worker) => this.#work(worker, round)),
    );
    return worked.includes(true);
  }

  /** A worker that has no share is back in the next round. */
  async #work(worker: number, round: Round): Promise<boolean> {
    let hasWorked = false;
    while (performance.now() < round.endsAt) {
      if (this.#share(worker) === 0) return hasWorked;
      if (!(await this.#rested(worker, round))) return true;
      await this.#lookAgain(round);
      const begun = performance.now();
      if (!(await this.load.turn(() => this.#takeTurn(round)))) return hasWorked;
      hasWorked = true;
      const endedAt = performance.now();
      this.#lastTurns.set(worker, { tookMs: endedAt - begun, endedAt });
    }
    return hasWorked;
  }

  /** The throttle moves meanwhile, and the rest with it. @returns false when the round is over first */
  async #rested(worker: number, round: Round): Promise<boolean> {
    const turn = this.#lastTurns.get(worker);
    if (turn === undefined) return true;
    for (;;) {
      const now = performance.now();
      const leftMs = turn.endedAt + restMs(this.#share(worker), turn.tookMs) - now;
      if (leftMs < 1) return true;
      if (now >= round.endsAt) return false;
      await this.load.rest(Math.min(leftMs, REST_MS));
    }
  }

  #share(worker: number): number {
    return shareOf(this.load.throttle, worker, this.pace.workers);
  }

  async #takeTurn(round: Round): Promise<boolean> {
    const places = new Map(round.jobs.map((job) => [job.id, job]));
    for (const id of this.#turns.order([...places.keys()])) {
      const job = places.get(id as BackfillId);
      if (job === undefined || round.idle.has(job.id)) continue;
      this.#turns.take(id, EXPECTED_MS);
      const begun = performance.now();
      const { creatorsPerChunk } = this.pace;
      const { throttledBy } = this.load.throttle;
      const worked = await this.carryOn.execute({ ...job, creatorsPerChunk, throttledBy });
      this.#turns.take(id, performance.now() - begun - EXPECTED_MS);
      if (worked) return true;
      round.idle.add(job.id);
    }
    return false;
  }

  async #lookAgain(round: Round): Promise<void> {
    const now = performance.now();
    if (now - round.lookedAt < LOOK_EVERY_MS) return;
    round.lookedAt = now;
    round.jobs = await this.#look();
    round.idle.clear();
  }

  #look(): Promise<JobPlace[]> {
    return this.database.inStatement((tx) => this.backfills.working(tx));
  }
}
