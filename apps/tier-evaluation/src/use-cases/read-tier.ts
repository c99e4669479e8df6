import type { CalendarDate, ClientId, CreatorId } from '#libs/kernel';
import { Database, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { DaySums } from '../domain/ledger/day-sums.ts';
import { later } from '../domain/order/progress.ts';
import type { Program } from '../domain/program/program.ts';
import { outlookOf, type Outlook } from '../domain/standing/outlook.ts';
import type { Standing } from '../domain/standing/standing.ts';
import { DayLedgerRepository } from '../persistence/day-ledger.repository.ts';
import { ProgrammeDateRepository } from '../persistence/programme-date.repository.ts';
import { ProgramRepository } from '../persistence/program.repository.ts';
import { StandingRepository } from '../persistence/standing.repository.ts';

export interface TierReading {
  readonly standing: Standing;
  readonly outlook: Outlook;
  readonly program: Program;
  readonly asOf: CalendarDate | null;
}

/** Where a creator stands now. */
@Injectable()
export class ReadTier {
  readonly #database: Database;
  readonly #programs: ProgramRepository;
  readonly #standings: StandingRepository;
  readonly #ledger: DayLedgerRepository;
  readonly #dates: ProgrammeDateRepository;

  constructor(
    database: Database,
    programs: ProgramRepository,
    standings: StandingRepository,
    ledger: DayLedgerRepository,
    dates: ProgrammeDateRepository,
  ) {
    this.#database = database;
    this.#programs = programs;
    this.#standings = standings;
    this.#ledger = ledger;
    this.#dates = dates;
  }

  /** Undefined for a creator who is not known (yet). */
  execute(clientId: ClientId, creatorId: CreatorId): Promise<TierReading | undefined> {
    return this.#database.inTenant(clientId, async (tx) => {
      const program = await this.#programs.inForce(tx, 'none');
      const standing = await this.#standings.find(tx, creatorId);
      if (program === undefined || standing === undefined) return undefined;
      const outlook = outlookOf(standing, await this.#bookedInWindow(tx, creatorId, standing), program);
      const today = await this.#dates.today(tx);
      return { standing, outlook, program, asOf: later(standing.bookedThrough, today?.date ?? null) };
    });
  }

  async #bookedInWindow(tx: TenantTransaction, creatorId: CreatorId, standing: Standing): Promise<bigint> {
    const { window, bookedThrough } = standing;
    if (window === null || bookedThrough === null) return 0n;
    const days = await this.#ledger.sums(tx, [{ creatorId, from: window.start, bookedThrough }]);
    return new DaySums(window.start, days.get(creatorId) ?? []).between(window.start, window.due).value;
  }
}
