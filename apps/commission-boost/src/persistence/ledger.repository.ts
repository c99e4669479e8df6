import type { Currency } from '#libs/kernel';
import { sql, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';

/** What stands in an account, or in a status of boosts, of one month. */
export interface PayoutTotal {
  readonly currency: Currency;
  readonly kind: 'account' | 'status';
  readonly name: string;
  /** `2026-03` */
  readonly month: string;
  /** Postings, or boosts. */
  readonly items: number;
  readonly amountMinor: bigint;
}

/** Totals of the payout ledger. The database keeps them; nobody else can. */
@Injectable()
export class LedgerRepository {
  /** Exact as of this statement. */
  async totals(tx: TenantTransaction): Promise<PayoutTotal[]> {
    const rows = await tx.many<Omit<PayoutTotal, 'amountMinor'> & { readonly amount: string }>(sql`
      SELECT currency, kind, name, to_char(month, 'YYYY-MM') AS month, sum(items)::float8 AS items,
             sum(amount_minor)::bigint AS amount
      FROM (SELECT currency, kind, name, month, items, amount_minor FROM commission_boost.payout_total
            WHERE client_id = ${tx.clientId}
            UNION ALL
            SELECT currency, kind, name, month, items, amount_minor FROM commission_boost.payout_total_delta
            WHERE client_id = ${tx.clientId}) AS part
      GROUP BY currency, kind, name, month
      ORDER BY currency, kind, name, month`);
    return rows.map(({ amount, ...total }) => ({ ...total, amountMinor: BigInt(amount) }));
  }

  /** @returns false when there was nothing to add up */
  async fold(tx: TenantTransaction): Promise<boolean> {
    const row = await tx.maybeOne(
      sql`SELECT 1 AS found FROM commission_boost.payout_total_delta WHERE client_id = ${tx.clientId} LIMIT 1`,
    );
    if (row === undefined) return false;
    await tx.execute(sql`SELECT commission_boost.fold_payout_totals()`);
    return true;
  }
}
