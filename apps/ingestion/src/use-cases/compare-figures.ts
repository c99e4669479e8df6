import type { TenantTransaction } from '#libs/persistence';
import type { Compared, Comparison, Difference } from '#libs/service-kit';
import { Injectable } from '@nestjs/common';
import { FiguresRepository, type CreatorFigures, type Figures } from '../persistence/figures.repository.ts';

/** Their entries are found by their key. */
const CREATORS_BY_LEDGER = 10_000;
/** Each range reads all of the client's videos, so there are few. */
const CREATORS_BY_VIDEOS = 100_000;
const VIDEOS = 200_000;

/** Creators' totals and event versions against the ledger. */
@Injectable()
export class CompareCreators implements Comparison {
  readonly name = 'creators';
  readonly kinds = ['creator_total', 'sales_version'];
  readonly #figures: FiguresRepository;

  constructor(figures: FiguresRepository) {
    this.#figures = figures;
  }

  async compareAfter(tx: TenantTransaction, after: string | null): Promise<Compared> {
    const upTo = await this.#figures.creatorAhead(tx, after, CREATORS_BY_LEDGER);
    const range = { after, upTo };
    const off = await this.#figures.creatorsOffLedger(tx, range);
    return {
      differences: off.flatMap(creatorDifferences),
      rows: await this.#figures.countCreators(tx, range),
      next: upTo,
    };
  }
}

/** The snapshot of the videos against the ledger, by creator. */
@Injectable()
export class CompareVideoTotals implements Comparison {
  readonly name = 'video-totals';
  readonly kinds = ['video_total'];
  readonly #figures: FiguresRepository;

  constructor(figures: FiguresRepository) {
    this.#figures = figures;
  }

  async compareAfter(tx: TenantTransaction, after: string | null): Promise<Compared> {
    const upTo = await this.#figures.creatorAhead(tx, after, CREATORS_BY_VIDEOS);
    const off = await this.#figures.creatorsOffVideos(tx, { after, upTo });
    const differences = off.map(({ creatorId, ledger, videos }) =>
      ofCreator(creatorId, 'video_total', describe(ledger), describe(videos)),
    );
    return { differences, rows: 0, next: upTo };
  }
}

/** That no video stands in two months. */
@Injectable()
export class CompareVideos implements Comparison {
  readonly name = 'videos';
  readonly kinds = ['video_twice'];
  readonly #figures: FiguresRepository;

  constructor(figures: FiguresRepository) {
    this.#figures = figures;
  }

  async compareAfter(tx: TenantTransaction, after: string | null): Promise<Compared> {
    const upTo = await this.#figures.videoAhead(tx, after, VIDEOS);
    const { rows, twice } = await this.#figures.videosTwice(tx, { after, upTo });
    const differences = twice.map(({ videoKey, postDates }): Difference => ({
      kind: 'video_twice',
      subject: { kind: 'video', id: videoKey },
      expected: 'one row',
      found: `rows of ${postDates.join(' and ')}`,
    }));
    return { differences, rows, next: upTo };
  }
}

/** The client's creators added up against what the last manifest promised. */
@Injectable()
export class CompareClientTotal implements Comparison {
  readonly name = 'client-total';
  readonly kinds = ['client_total'];
  readonly #figures: FiguresRepository;

  constructor(figures: FiguresRepository) {
    this.#figures = figures;
  }

  async compareAfter(tx: TenantTransaction): Promise<Compared> {
    const totals = await this.#figures.clientTotals(tx);
    const expected = totals && describe(totals.manifest);
    const found = totals && describe(totals.creators);
    const subject = { kind: 'client', id: tx.clientId } as const;
    const differences =
      expected === null || found === null || expected === found
        ? []
        : [{ kind: 'client_total', subject, expected, found }];
    return { differences, rows: 0, next: null };
  }
}

/** In the order in which a run makes them. */
export const FIGURE_COMPARISONS = [CompareCreators, CompareVideoTotals, CompareVideos, CompareClientTotal];

function creatorDifferences({ creatorId, kept, ledger }: CreatorFigures): Difference[] {
  if (kept === null) return [ofCreator(creatorId, 'creator_total', describe(ledger), 'no creator')];
  const differences: Difference[] = [];
  if (describe(kept) !== describe(ledger))
    differences.push(ofCreator(creatorId, 'creator_total', describe(ledger), describe(kept)));
  if (kept.salesVersion !== ledger.syncs)
    differences.push(ofCreator(creatorId, 'sales_version', String(ledger.syncs), String(kept.salesVersion)));
  return differences;
}

function ofCreator(id: string, kind: string, expected: string, found: string): Difference {
  return { kind, subject: { kind: 'creator', id }, expected, found };
}

function describe({ gmvMinor, units }: Figures): string {
  return `GMV ${gmvMinor} minor units, ${units} units`;
}
