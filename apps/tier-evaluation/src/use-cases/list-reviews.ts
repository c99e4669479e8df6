import type { CalendarDate, ClientId } from '#libs/kernel';
import { Database, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { ENTRY_TIER, type TierNumber } from '../domain/ladder/ladder.ts';
import type { Program } from '../domain/program/program.ts';
import { projectReview, type Outcome, type Projection } from '../domain/standing/projection.ts';
import { OpenWindowRepository, type DuePosition, type OpenWindow } from '../persistence/open-window.repository.ts';
import { ProgramRepository } from '../persistence/program.repository.ts';

export interface ReviewFilter {
  /** Half-open: due dates before it. */
  readonly dueBefore: CalendarDate | undefined;
  readonly projected: Outcome | undefined;
  readonly tier: TierNumber | undefined;
}

export type ReviewAhead = OpenWindow & Projection;

export interface ReviewsAhead {
  readonly reviews: readonly ReviewAhead[];
  /** Undefined before the client has a program, and then there are no reviews. */
  readonly program: Program | undefined;
  /** Where the next page begins; undefined when there is nothing more. */
  readonly next: DuePosition | undefined;
}

/** Windows looked at in one statement when an outcome is asked for, and in one request. */
const CHUNK = 500;
const EXAMINED = 2_000;

/**
 * Open windows in the order of their due dates, with what each comes to. An outcome is known only by summing, so a
 * request looks at a bounded number of windows and may answer a short page that says where to go on.
 */
@Injectable()
export class ListReviews {
  readonly #database: Database;
  readonly #programs: ProgramRepository;
  readonly #windows: OpenWindowRepository;

  constructor(database: Database, programs: ProgramRepository, windows: OpenWindowRepository) {
    this.#database = database;
    this.#programs = programs;
    this.#windows = windows;
  }

  execute(
    clientId: ClientId,
    filter: ReviewFilter,
    page: { readonly after: DuePosition | undefined; readonly limit: number },
    examined = EXAMINED,
  ): Promise<ReviewsAhead> {
    const read = async (tx: TenantTransaction): Promise<ReviewsAhead> => {
      const program = await this.#programs.inForce(tx, 'none');
      if (program === undefined) return { reviews: [], program, next: undefined };
      const range = { dueBefore: filter.dueBefore, tiers: tiersOf(filter, program) };
      const chunk = filter.projected === undefined ? page.limit + 1 : Math.min(CHUNK, examined);
      const reviews: ReviewAhead[] = [];
      let after = page.after;
      for (let looked = 0; looked < examined;) {
        const windows = await this.#windows.list(tx, range, after, chunk);
        for (const window of windows) {
          const review = { ...window, ...projectReview(window.tier, window.value, program.ladder) };
          if (filter.projected !== undefined && review.projected !== filter.projected) continue;
          reviews.push(review);
          if (reviews.length > page.limit) return { reviews: reviews.slice(0, -1), program, next: reviews.at(-2) };
        }
        if (windows.length < chunk) return { reviews, program, next: undefined };
        after = windows.at(-1);
        looked += windows.length;
      }
      return { reviews, program, next: after };
    };
    return this.#database.inTenant(clientId, read, { snapshot: true });
  }
}

function tiersOf({ tier }: ReviewFilter, program: Program): readonly TierNumber[] {
  const reviewed = Array.from({ length: program.ladder.highest - ENTRY_TIER }, (_, above) => ENTRY_TIER + 1 + above);
  return tier === undefined ? reviewed : reviewed.filter((each) => each === tier);
}
