import type { CalendarDate, CreatorId } from '#libs/kernel';
import type { TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { DaySums } from '../domain/ledger/day-sums.ts';
import { entriesNeededFrom, mayHaveEntriesFrom } from '../domain/ledger/needed-entries.ts';
import { progressFrom, type Progress } from '../domain/order/progress.ts';
import type { Program } from '../domain/program/program.ts';
import type { Standing } from '../domain/standing/standing.ts';
import { DayLedgerRepository, type SumsNeeded } from '../persistence/day-ledger.repository.ts';

/** The dates between which something is about to happen to a creator. */
export interface Dates {
  readonly first: CalendarDate;
  readonly last: CalendarDate;
}

/** Makes locked standings ready for the rules, with the day sums that these may ask for and no others, in one read. */
@Injectable()
export class LoadCreators {
  readonly #ledger: DayLedgerRepository;

  constructor(ledger: DayLedgerRepository) {
    this.#ledger = ledger;
  }

  async execute(
    tx: TenantTransaction,
    program: Program,
    standings: ReadonlyMap<CreatorId, Standing>,
    datesOf: (creatorId: CreatorId) => Dates,
  ): Promise<Map<CreatorId, Progress>> {
    const from = new Map<CreatorId, CalendarDate>();
    const needed: SumsNeeded[] = [];
    for (const [creatorId, standing] of standings) {
      const first = entriesNeededFrom(standing, datesOf(creatorId), program);
      from.set(creatorId, first);
      const { bookedThrough } = standing;
      if (bookedThrough !== null && mayHaveEntriesFrom(standing, first))
        needed.push({ creatorId, from: first, bookedThrough });
    }
    const sums = await this.#ledger.sums(tx, needed);
    const loaded = new Map<CreatorId, Progress>();
    for (const [creatorId, standing] of standings) {
      loaded.set(
        creatorId,
        progressFrom(standing, new DaySums(from.get(creatorId) ?? null, sums.get(creatorId) ?? [])),
      );
    }
    return loaded;
  }
}
