import type { CalendarDate, SyncId } from '#libs/kernel';
import { lockLaneNumbers } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { handleWatermark } from '../domain/order/handle-watermark.ts';
import { DueWindowRepository } from '../persistence/due-window.repository.ts';
import { ProgramRepository } from '../persistence/program.repository.ts';
import { StandingRepository } from '../persistence/standing.repository.ts';
import { LoadCreators } from './load-creators.ts';
import { SaveCreators } from './save-creators.ts';

/** Less than a second's work in one transaction, since the relay waits for open writers. */
const AS_A_SET = 5_000;
const BY_THE_RULES = 2_000;

export interface ReviewedChunk {
  readonly reviewed: number;
  /** Nobody of the lane is left. */
  readonly isLast: boolean;
}

/**
 * Reviews the earliest due creators of a lane: those of whom one window is due and nothing else as a set in the database,
 * which is nearly everybody, the others one by one by the rules.
 */
@Injectable()
export class ReviewDueChunk {
  readonly #programs: ProgramRepository;
  readonly #standings: StandingRepository;
  readonly #windows: DueWindowRepository;
  readonly #load: LoadCreators;
  readonly #save: SaveCreators;

  constructor(
    programs: ProgramRepository,
    standings: StandingRepository,
    windows: DueWindowRepository,
    load: LoadCreators,
    save: SaveCreators,
  ) {
    this.#programs = programs;
    this.#standings = standings;
    this.#windows = windows;
    this.#load = load;
    this.#save = save;
  }

  async execute(
    tx: TenantTransaction,
    reached: { readonly date: CalendarDate; readonly syncId: SyncId },
    lane: number,
  ): Promise<ReviewedChunk> {
    await lockLaneNumbers(tx, [lane]);
    const program = await this.#programs.inForce(tx, 'share');
    if (program === undefined) return { reviewed: 0, isLast: true };
    const { date } = reached;
    const asSet = await this.#windows.review(tx, program, { lane, by: date, limit: AS_A_SET });
    if (asSet.found === AS_A_SET && asSet.reviewed > 0) return { reviewed: asSet.reviewed, isLast: false };
    const due = await this.#standings.lockDue(tx, { lane, by: date, limit: BY_THE_RULES });
    const creators = await this.#load.execute(tx, program, due, () => ({ first: date, last: date }));
    for (const [creatorId, progress] of creators) creators.set(creatorId, handleWatermark(progress, reached, program));
    await this.#save.execute(tx, creators);
    return { reviewed: asSet.reviewed + due.size, isLast: due.size < BY_THE_RULES };
  }
}
