import type { BoostId } from '#libs/kernel';
import { sql, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { Actor } from '../domain/boost/boost.ts';

export interface BookedPayment {
  readonly boostId: BoostId;
  readonly transactionId: string;
  readonly holdOverrideReason: string | null;
  /** Of the account that it went to; 0 for none. */
  readonly paymentDetailVersion: number;
}

export interface GivenAccount {
  readonly boostId: BoostId;
  readonly version: number;
  readonly at: Date;
}

/** Payments, by the set. Every writer holds the lanes of the creators' keys. */
@Injectable()
export class PaymentRepository {
  /** For amounts of 0, which need no details on their way to `paid`. */
  async passPendingPayout(ids: readonly BoostId[], at: Date, by: Actor, tx: TenantTransaction): Promise<void> {
    if (ids.length === 0) return;
    await tx.execute(sql`
      UPDATE commission_boost.boost
      SET status = 'pending_payout', changed_at = ${at}, actor_kind = ${by.kind}, actor_id = ${by.id}
      WHERE client_id = ${tx.clientId} AND id = ANY (${ids}::uuid[])`);
  }

  /**
   * The boost shows the account that was paid from now on, which need not be the one that was given last. None is paid
   * before its amount was set, whatever the clocks of two processes say.
   */
  async book(payments: readonly BookedPayment[], at: Date, by: Actor, tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`
      UPDATE commission_boost.boost AS b
      SET status = 'paid', paid_by = ${by.id}, transaction_id = p.transaction_id,
          paid_at = greatest(${at}::timestamptz, (SELECT max(f.set_at) FROM commission_boost.final_amount AS f
                                                  WHERE f.client_id = b.client_id AND f.boost_id = b.id)),
          hold_override_reason = p.reason, payment_detail_version = nullif(p.version, 0), changed_at = ${at},
          actor_kind = ${by.kind}, actor_id = ${by.id}
      FROM unnest(
        ${payments.map(({ boostId }) => boostId)}::uuid[],
        ${payments.map(({ transactionId }) => transactionId)}::text[],
        ${payments.map(({ holdOverrideReason }) => holdOverrideReason)}::text[],
        ${payments.map(({ paymentDetailVersion }) => paymentDetailVersion)}::int[]) AS p (id, transaction_id, reason, version)
      WHERE b.client_id = ${tx.clientId} AND b.id = p.id`);
  }

  /** When the accounts were given that these boosts are paid to. */
  async accountsGiven(
    boosts: readonly { readonly boostId: BoostId; readonly version: number }[],
    tx: TenantTransaction,
  ): Promise<GivenAccount[]> {
    return tx.many<GivenAccount>(sql`
      SELECT d.boost_id AS "boostId", d.version, d.given_at AS at
      FROM unnest(${boosts.map(({ boostId }) => boostId)}::uuid[], ${boosts.map(({ version }) => version)}::int[])
        AS wanted (boost_id, version)
      JOIN commission_boost.payment_detail AS d
        ON d.client_id = ${tx.clientId} AND d.boost_id = wanted.boost_id AND d.version = wanted.version`);
  }
}
