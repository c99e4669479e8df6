import type { AdjustmentRecordedV1, ReceivedEvent } from '#libs/contracts';
import type { TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { SalesDayRepository } from '../persistence/sales-day.repository.ts';

/** Keeps the sums of adjustments by creator and day, to show beside what was sold. */
@Injectable()
export class CopyAdjustments {
  readonly #days: SalesDayRepository;

  constructor(days: SalesDayRepository) {
    this.#days = days;
  }

  async execute(recorded: readonly ReceivedEvent<typeof AdjustmentRecordedV1>[], tx: TenantTransaction): Promise<void> {
    const adjustments = recorded.map(({ subject, data }) => ({
      creatorId: subject,
      effectiveDate: data.effectiveDate,
      value: data.value,
    }));
    await this.#days.addAdjustments(adjustments, tx);
  }
}
