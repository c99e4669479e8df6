import type { TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { IngestedTotalRepository } from '../persistence/ingested-total.repository.ts';
import { ProgramRepository } from '../persistence/program.repository.ts';
import { latestTotals, type CreatorSalesEvent } from './apply-creator-sales.ts';

/**
 * Sales that an operator has discarded are missing in the ledger for good. What ingestion has counted them for is kept, so
 * that the next reconciliation says so, and not only once the creator has sold something again.
 */
@Injectable()
export class NoteDiscardedSales {
  readonly #programs: ProgramRepository;
  readonly #totals: IngestedTotalRepository;

  constructor(programs: ProgramRepository, totals: IngestedTotalRepository) {
    this.#programs = programs;
    this.#totals = totals;
  }

  async execute(events: readonly CreatorSalesEvent[], tx: TenantTransaction): Promise<void> {
    const program = await this.#programs.inForce(tx, 'none');
    // Without a program nothing tells sales from units; such events wait for one and are not parked for anything else.
    if (program === undefined) return;
    await this.#totals.keepLifetimes(tx, latestTotals(events, program));
  }
}
