import type { CalendarDate, ClientId, CreatorId } from '#libs/kernel';
import { Database } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { later } from '../domain/order/progress.ts';
import type { Program } from '../domain/program/program.ts';
import { outlookOf, type Outlook } from '../domain/standing/outlook.ts';
import type { Standing } from '../domain/standing/standing.ts';
import { DayLedgerRepository } from '../persistence/day-ledger.repository.ts';
import { ProgramRepository } from '../persistence/program.repository.ts';
import { TierReadingRepository } from '../persistence/tier-reading.repository.ts';

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
  readonly #readings: TierReadingRepository;
  readonly #programs: ProgramRepository;
  readonly #ledger: DayLedgerRepository;

  constructor(
    database: Database,
    readings: TierReadingRepository,
    programs: ProgramRepository,
    ledger: DayLedgerRepository,
  ) {
    this.#database = database;
    this.#readings = readings;
    this.#programs = programs;
    this.#ledger = ledger;
  }

  /** Undefined for a creator who is not known (yet). */
  execute(clientId: ClientId, creatorId: CreatorId): Promise<TierReading | undefined> {
    return this.#database.inTenant(clientId, async (tx) => {
      const found = await this.#readings.find(tx, creatorId);
      if (found === undefined) return undefined;
      const { standing, today } = found;
      const program = await this.#programs.ofVersion(tx, found.programVersion);
      const outlook = outlookOf(standing, await this.#ledger.inWindow(tx, creatorId, standing), program);
      return { standing, outlook, program, asOf: later(standing.bookedThrough, today) };
    });
  }
}
