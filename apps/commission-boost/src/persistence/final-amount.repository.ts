import type { BoostId } from '#libs/kernel';
import { sql, type Statement, type TenantTransaction } from '#libs/persistence';
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

/** Amounts are set one after the other, whatever the clocks of two processes say. */
const NOT_BEFORE_THE_LAST = (of: FinalAmount, tx: TenantTransaction): Statement => sql`
  greatest(${of.setAt}::timestamptz, (SELECT max(set_at) FROM commission_boost.final_amount
                                      WHERE client_id = ${tx.clientId} AND boost_id = ${of.boostId}))`;

/** What admins have decided a boost pays instead of the calculated amount. Append-only. */
@Injectable()
export class FinalAmountRepository {
  async append(amount: FinalAmount, tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`
      INSERT INTO commission_boost.final_amount (client_id, boost_id, version, amount_minor, reason, set_by, set_at)
      VALUES (${tx.clientId}, ${amount.boostId}, ${amount.version}, ${amount.amountMinor}, ${amount.reason},
              ${amount.setBy}, ${NOT_BEFORE_THE_LAST(amount, tx)})`);
  }
}
