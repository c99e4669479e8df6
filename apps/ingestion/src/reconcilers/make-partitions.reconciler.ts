import { addMonths, CLOCK, toCalendarDate, type Clock } from '#libs/kernel';
import { Reconciles, type Reconciler } from '#libs/service-kit';
import { Inject } from '@nestjs/common';
import { PartitionRepository } from '../persistence/partition.repository.ts';

const MONTHS_AHEAD = 3;

/**
 * Keeps the months ahead of the calendar there. A sync of any other date makes its own partitions between staging and
 * booking; this only spares it the wait.
 */
@Reconciles({ name: 'ingestion.make-partitions', everyMs: 3_600_000, atBoot: true })
export class MakePartitionsReconciler implements Reconciler {
  readonly #partitions: PartitionRepository;
  readonly #clock: Clock;

  constructor(partitions: PartitionRepository, @Inject(CLOCK) clock: Clock) {
    this.#partitions = partitions;
    this.#clock = clock;
  }

  async runOnce(): Promise<boolean> {
    const today = toCalendarDate(this.#clock.now().toISOString().slice(0, 10));
    const months = Array.from({ length: MONTHS_AHEAD + 2 }, (_, index) => addMonths(today, index - 1));
    await this.#partitions.ensure('video', months);
    await this.#partitions.ensure('sales_entry', months);
    return false;
  }
}
