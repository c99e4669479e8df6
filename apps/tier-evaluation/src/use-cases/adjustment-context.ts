import { LaurelError } from '#libs/contracts';
import type { CalendarDate, CreatorId } from '#libs/kernel';
import type { TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { ProgrammeToday } from '../domain/order/handle-adjustment.ts';
import { later, type Progress } from '../domain/order/progress.ts';
import type { Program } from '../domain/program/program.ts';
import { LedgerMonthRepository } from '../persistence/ledger-month.repository.ts';
import { ProgrammeDateRepository } from '../persistence/programme-date.repository.ts';
import { ProgramRepository } from '../persistence/program.repository.ts';
import { StandingRepository } from '../persistence/standing.repository.ts';
import { LoadCreators } from './load-creators.ts';

/** Everything an adjustment is judged by, locked in the order in which everybody locks: today, program, creator. */
@Injectable()
export class AdjustmentContext {
  readonly #programs: ProgramRepository;
  readonly #standings: StandingRepository;
  readonly #dates: ProgrammeDateRepository;
  readonly #months: LedgerMonthRepository;
  readonly #load: LoadCreators;

  constructor(
    programs: ProgramRepository,
    standings: StandingRepository,
    dates: ProgrammeDateRepository,
    months: LedgerMonthRepository,
    load: LoadCreators,
  ) {
    this.#programs = programs;
    this.#standings = standings;
    this.#dates = dates;
    this.#months = months;
    this.#load = load;
  }

  async load(
    tx: TenantTransaction,
    creatorId: CreatorId,
  ): Promise<{ program: Program; today: ProgrammeToday; progress: Progress }> {
    const today = await this.#dates.today(tx, { hold: true });
    if (today === undefined) throw new LaurelError('programme.not_started', 'no sync of this client is applied yet');
    const program = await this.#programs.inForce(tx, 'share');
    if (program === undefined) throw new LaurelError('program.missing', 'the client has no program yet');
    const locked = await this.#standings.lock(tx, [creatorId]);
    const standing = locked.get(creatorId);
    if (standing === undefined) throw new LaurelError('not_found', 'there is no such creator');
    if (await this.#standings.isParked(tx, creatorId)) {
      throw new LaurelError(
        'creator.parked',
        'sales of this creator wait for an operator; adjustments would overtake them',
      );
    }
    const date = later(standing.bookedThrough, today.date);
    const loaded = await this.#load.execute(tx, program, locked, () => ({ first: date, last: date }));
    const progress = loaded.get(creatorId);
    if (progress === undefined) throw new Error('a locked creator is loaded');
    return { program, today, progress };
  }

  /** The month that the entry is booked in. A sync of that date was booked before, so as a rule it is there. */
  makeRoom(bookedOn: CalendarDate): Promise<void> {
    return this.#months.ensure([bookedOn]);
  }
}
