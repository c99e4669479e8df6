import type { CalendarDate, ClientId } from '#libs/kernel';
import { Database } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { ClientRepository } from '../persistence/client.repository.ts';
import { LedgerRepository, type PayoutTotal } from '../persistence/ledger.repository.ts';

export interface PayoutTotals {
  readonly asOf: CalendarDate | null;
  readonly totals: readonly PayoutTotal[];
}

/** Where a client's payouts stand: read in one statement, so that both sides of the books are of one moment. */
@Injectable()
export class SummarizePayouts {
  constructor(
    private readonly database: Database,
    private readonly clients: ClientRepository,
    private readonly ledger: LedgerRepository,
  ) {}

  execute(clientId: ClientId): Promise<PayoutTotals> {
    return this.database.inTenant(clientId, async (tx) => ({
      asOf: await this.clients.programmeDate(tx),
      totals: await this.ledger.totals(tx),
    }));
  }
}
