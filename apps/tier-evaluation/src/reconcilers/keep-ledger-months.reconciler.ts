import { addMonths, CLOCK, toCalendarDate, type Clock } from '#libs/kernel';
import { Database } from '#libs/persistence';
import { Reconciles, type Reconciler } from '#libs/service-kit';
import { Inject } from '@nestjs/common';
import { LedgerMonthRepository } from '../persistence/ledger-month.repository.ts';
import { ProgrammeDateRepository } from '../persistence/programme-date.repository.ts';

const MONTHS_AHEAD = 2;
/** From here on the calendar ends before the months ahead do. One client's date must not keep the others' months away. */
const LAST_QUARTER = '9999-10-01';

/**
 * Makes the day ledger's months ahead of the real date and of each client's own business dates, and those that a batch
 * has missed, which waits for them: hence the short pause. What is known to be there costs no statement.
 */
@Reconciles({ name: 'tier-evaluation.keep-ledger-months', everyMs: 250, atBoot: true })
export class KeepLedgerMonths implements Reconciler {
  readonly #database: Database;
  readonly #dates: ProgrammeDateRepository;
  readonly #months: LedgerMonthRepository;
  readonly #clock: Clock;

  constructor(
    database: Database,
    dates: ProgrammeDateRepository,
    months: LedgerMonthRepository,
    @Inject(CLOCK) clock: Clock,
  ) {
    this.#database = database;
    this.#dates = dates;
    this.#months = months;
    this.#clock = clock;
  }

  async runOnce(): Promise<boolean> {
    const today = toCalendarDate(this.#clock.now().toISOString().slice(0, 10));
    const latest = await this.#database.inStatement((tx) => this.#dates.latestBusinessMonths(tx));
    const wanted = await this.#database.inStatement((tx) => this.#months.wanted(tx));
    const ahead = [today, ...latest, ...wanted].flatMap((date) =>
      Array.from({ length: date < LAST_QUARTER ? MONTHS_AHEAD + 1 : 1 }, (_, months) => addMonths(date, months)),
    );
    await this.#months.ensure(ahead);
    return false;
  }
}
