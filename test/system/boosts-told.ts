import { sql } from '#libs/persistence';
import type { Programme } from './programme.ts';

interface BoostView {
  readonly redemptionId: string;
  readonly status: string;
  readonly activationDate: string | null;
  readonly expiryDate: string | null;
  readonly delta: { readonly amount: string } | null;
  readonly calculatedPayout: { readonly amount: string } | null;
  readonly finalPayout: { readonly amount: string } | null;
}

const STATES = ['scheduled', 'active', 'expired', 'pending_info', 'pending_payout', 'paid'];

/** A client's boosts as the API and the tables tell them, amounts in cents. */
export async function boostsTold(programme: Programme) {
  const boosts = await programme.admin.all<BoostView>('/v1/boosts');
  const [steps, corrections] = [await stepsByRedemption(programme), await correctionsByRedemption(programme)];
  return boosts.map((boost) => ({
    redemptionId: boost.redemptionId,
    activationDate: boost.activationDate,
    expiryDate: boost.expiryDate,
    delta: cents(boost.delta),
    payout: cents(boost.calculatedPayout),
    final: cents(boost.finalPayout),
    isPaid: boost.status === 'paid',
    corrections: corrections.get(boost.redemptionId) ?? [],
    steps: steps.get(boost.redemptionId),
  }));
}

function cents(money: { readonly amount: string } | null): string | null {
  return money && BigInt(money.amount.replace('.', '')).toString();
}

async function stepsByRedemption({ laurel, clientId }: Programme): Promise<Map<string, string>> {
  const rows = await laurel.database.asAdmin((tx) =>
    tx.many<{ redemption_id: string; made: string[]; status: string }>(sql`
      SELECT b.redemption_id, b.status, array_agg(t.to_status ORDER BY array_position(
               ARRAY['scheduled', 'active', 'expired', 'pending_info', 'pending_payout', 'paid'], t.to_status)) AS made
      FROM commission_boost.boost b
      JOIN commission_boost.boost_transition t ON t.client_id = b.client_id AND t.boost_id = b.id
      WHERE b.client_id = ${clientId} GROUP BY b.client_id, b.id`),
  );
  return new Map(
    rows.map(({ redemption_id: id, made, status }) => [
      id,
      made.join() === STATES.slice(0, STATES.indexOf(status) + 1).join() ? 'each once, in order' : made.join(),
    ]),
  );
}

async function correctionsByRedemption({ laurel, clientId }: Programme): Promise<Map<string, string[]>> {
  const rows = await laurel.database.asAdmin((tx) =>
    tx.many<{ redemption_id: string; told: string[] }>(sql`
      SELECT b.redemption_id, array_agg(c.reading || ' ' || c.difference_minor) AS told
      FROM commission_boost.reading_correction c
      JOIN commission_boost.boost b ON b.client_id = c.client_id AND b.id = c.boost_id
      WHERE c.client_id = ${clientId} GROUP BY b.redemption_id`),
  );
  return new Map(rows.map(({ redemption_id: id, told }) => [id, told.toSorted()]));
}

/** Every account of a client's payout ledger, in cents: what it owes is negative. */
export async function balances({ laurel, clientId }: Programme): Promise<(account: string) => bigint> {
  const rows = await laurel.database.asAdmin((tx) =>
    tx.many<{ account: string; balance: string }>(sql`
      SELECT account, sum(amount)::text AS balance FROM commission_boost.ledger_posting
      CROSS JOIN LATERAL (VALUES (credit_account, -amount_minor), (debit_account, amount_minor)) AS side (account, amount)
      WHERE client_id = ${clientId} GROUP BY account`),
  );
  return (account) => BigInt(rows.find((row) => row.account === account)?.balance ?? 0);
}
