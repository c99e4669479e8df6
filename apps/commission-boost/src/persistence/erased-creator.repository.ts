import type { CreatorId, ErasureId } from '#libs/kernel';
import { sql, type TenantTransaction } from '#libs/persistence';
import type { Erasure } from '#libs/secrets';
import { Injectable } from '@nestjs/common';
import type { Boost } from '../domain/boost/boost.ts';
import { BOOST_COLUMNS, toBoost, type BoostRow } from './boost-row.ts';

/** Creators that are to be erased, and the boosts that are in the way of that. */
@Injectable()
export class ErasedCreatorRepository {
  /** What redemption has said of the creator's claims. */
  async noteClaims(erasureId: string, redemptionIds: readonly string[], tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`
      INSERT INTO commission_boost.erasure_claim (client_id, erasure_id, redemption_ids)
      VALUES (${tx.clientId}, ${erasureId}, ${redemptionIds}::uuid[]) ON CONFLICT DO NOTHING`);
  }

  /** Erasures for which there is something to do: to be answered, now that all boosts are known, or carried out. */
  async toDo(tx: TenantTransaction): Promise<Erasure[]> {
    return tx.many<Erasure>(sql`
      SELECT e.erasure_id AS id, e.creator_id AS "creatorId", e.stage, e.forced
      FROM commission_boost.creator_erasure e
      WHERE e.client_id = ${tx.clientId} AND (e.stage = 'erasing' OR e.stage = 'checking' AND e.answered_at IS NULL
        AND EXISTS (
          SELECT FROM commission_boost.erasure_claim c
          WHERE c.client_id = e.client_id AND c.erasure_id = e.erasure_id AND NOT EXISTS (
            SELECT FROM unnest(c.redemption_ids) AS claimed (id)
            WHERE NOT EXISTS (
                SELECT FROM commission_boost.boost b WHERE b.client_id = e.client_id AND b.redemption_id = claimed.id)
              AND NOT EXISTS (
                SELECT FROM commission_boost.waiting_claim w
                WHERE w.client_id = e.client_id AND w.redemption_id = claimed.id))))
      ORDER BY e.erasure_id`);
  }

  /** The erasure as it is, under the lane of its creator. */
  async lock(id: ErasureId, tx: TenantTransaction): Promise<(Erasure & { answered: boolean }) | undefined> {
    return tx.maybeOne(sql`
      SELECT erasure_id AS id, creator_id AS "creatorId", stage, forced, answered_at IS NOT NULL AS answered
      FROM commission_boost.creator_erasure WHERE client_id = ${tx.clientId} AND erasure_id = ${id} FOR NO KEY UPDATE`);
  }

  async markAnswered(id: ErasureId, tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`
      UPDATE commission_boost.creator_erasure SET answered_at = now()
      WHERE client_id = ${tx.clientId} AND erasure_id = ${id}`);
  }

  /** Boosts that are not paid, and whether a payment of them is on its way; of claims that wait to become one, the redemption. */
  async owed(creatorId: CreatorId, tx: TenantTransaction): Promise<{ id: string; inRun: boolean }[]> {
    return tx.many(sql`
      SELECT b.id, EXISTS (SELECT FROM commission_boost.payout_attempt a
                           WHERE a.client_id = b.client_id AND a.boost_id = b.id AND a.status = 'pending') AS "inRun"
      FROM commission_boost.boost b
      WHERE b.client_id = ${tx.clientId} AND b.creator_id = ${creatorId} AND b.status <> 'paid'
      UNION ALL
      SELECT w.redemption_id, false FROM commission_boost.waiting_claim w
      WHERE w.client_id = ${tx.clientId} AND w.creator_id = ${creatorId} AND w.taken_up_at IS NULL
      ORDER BY id`);
  }

  async unpaidOf(creatorId: CreatorId, tx: TenantTransaction): Promise<Boost[]> {
    const rows = await tx.many<BoostRow>(sql`
      SELECT ${BOOST_COLUMNS} FROM commission_boost.boost
      WHERE client_id = ${tx.clientId} AND creator_id = ${creatorId} AND status <> 'paid' ORDER BY id`);
    return rows.map(toBoost);
  }

  /** Of erased creators whose boosts have ended since and wait for what will never come. */
  async withEndedBoosts(tx: TenantTransaction): Promise<Erasure[]> {
    return tx.many<Erasure>(sql`
      SELECT e.erasure_id AS id, e.creator_id AS "creatorId", e.stage, e.forced
      FROM commission_boost.creator_erasure e
      WHERE e.client_id = ${tx.clientId} AND e.stage = 'erased' AND EXISTS (
        SELECT FROM commission_boost.boost b
        WHERE b.client_id = e.client_id AND b.creator_id = e.creator_id AND b.status IN ('pending_info', 'pending_payout'))
      ORDER BY e.erasure_id`);
  }

  /** @returns how many reasons, and accounts that no key of the creator's had sealed, are gone */
  async eraseTexts(creatorId: CreatorId, tx: TenantTransaction): Promise<{ reasons: number; accounts: number }> {
    const gone = await tx.one<{ reasons: string; former_accounts: string }>(
      sql`SELECT reasons, former_accounts FROM commission_boost.erase_texts(${creatorId}::uuid)`,
    );
    const { accounts } = await tx.one<{ accounts: string }>(sql`
      SELECT count(*) AS accounts FROM commission_boost.payment_detail d
      JOIN commission_boost.boost b ON b.client_id = d.client_id AND b.id = d.boost_id
      WHERE b.client_id = ${tx.clientId} AND b.creator_id = ${creatorId}`);
    return { reasons: Number(gone.reasons), accounts: Number(accounts) };
  }
}
