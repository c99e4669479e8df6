import type { BoostId } from '#libs/kernel';
import { sql, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';

export interface FinalAmount {
  readonly boostId: BoostId;
  /** From 1; the last one counts. */
  readonly version: number;
  readonly amountMinor: bigint;
  readonly reason: string;
  readonly setBy: string;
  readonly setAt: Date;
}

/** What admins have decided a boost pays instead of the calculated amount. Append-only. */
@Injectable()
export class FinalAmountRepository {
  async append(amount: FinalAmount, tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`
      INSERT INTO commission_boost.final_amount (client_id, boost_id, version, amount_minor, reason, set_by, set_at)
      VALUES (${tx.clientId}, ${amount.boostId}, ${amount.version}, ${amount.amountMinor}, ${amount.reason},
              ${amount.setBy}, ${amount.setAt})`);
  }
}
