import type { CalendarDate } from '#libs/kernel';
import type { TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { ProgrammeDateRepository } from '../persistence/programme-date.repository.ts';

/** Keeps the client's programme date; a late event never sets it back. */
@Injectable()
export class FollowProgrammeDate {
  readonly #dates: ProgrammeDateRepository;

  constructor(dates: ProgrammeDateRepository) {
    this.#dates = dates;
  }

  execute(
    advanced: { readonly date: CalendarDate; readonly syncSequence: number },
    tx: TenantTransaction,
  ): Promise<void> {
    return this.#dates.advance(tx, advanced.date, advanced.syncSequence);
  }
}
