import { LaurelError } from '#libs/contracts';
import { CLOCK, type Clock } from '#libs/kernel';
import type { TenantTransaction } from '#libs/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { NothingPayableError } from '../domain/payout/payout.errors.ts';
import type { PayoutRun } from '../domain/payout/payout-run.ts';
import { ClientRepository } from '../persistence/client.repository.ts';
import { PayoutRunRepository } from '../persistence/payout-run.repository.ts';

/** Begins a payout run, empty: what is payable is frozen into it by chunks, since it may be a great deal. */
@Injectable()
export class BeginPayoutRun {
  constructor(
    private readonly clients: ClientRepository,
    private readonly runs: PayoutRunRepository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(adminId: string, tx: TenantTransaction): Promise<PayoutRun> {
    const programmeDate = await this.clients.programmeDate(tx);
    if (programmeDate === null) throw new LaurelError('programme.not_started', 'no sync has been applied yet');
    const currency = await this.runs.payableCurrency(tx);
    if (currency === undefined) throw new NothingPayableError();
    return this.runs.begin({ currency, programmeDate, createdAt: this.clock.now(), createdBy: adminId }, tx);
  }
}
