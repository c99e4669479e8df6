import type { CreatorId, RedemptionId } from '#libs/kernel';
import { sql, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';

/** Claims of a creator that are not through. */
export interface Owed {
  readonly gifts: readonly RedemptionId[];
  readonly boosts: readonly RedemptionId[];
}

export interface ErasedTexts {
  readonly addresses: number;
  readonly notes: number;
  readonly parcels: number;
  readonly hidden: number;
}

/** What there is of a creator that is to be erased. */
@Injectable()
export class ErasureRepository {
  async owed(creatorId: CreatorId, tx: TenantTransaction): Promise<Owed> {
    return tx.one<{ gifts: RedemptionId[]; boosts: RedemptionId[] }>(sql`
      SELECT coalesce(array_agg(d.id ORDER BY d.id) FILTER (WHERE r.type = 'physical_gift'), '{}') AS gifts,
             coalesce(array_agg(d.id ORDER BY d.id) FILTER (WHERE r.type = 'commission_boost'), '{}') AS boosts
      FROM redemption.redemption d JOIN redemption.reward r ON r.client_id = d.client_id AND r.id = d.reward_id
      WHERE d.client_id = ${tx.clientId} AND d.creator_id = ${creatorId} AND d.status IN ('claimed', 'fulfilled')`);
  }

  /** The creator is marked as erased, and its rows are aligned with that. @returns what there is to tell of */
  async eraseTexts(creatorId: CreatorId, tx: TenantTransaction): Promise<ErasedTexts> {
    const texts = await tx.one<{ notes: string; parcels: string }>(
      sql`SELECT notes, parcels FROM redemption.erase_texts(${creatorId}::uuid)`,
    );
    const rows = await tx.one<{ addresses: string; hidden: string }>(sql`
      SELECT count(a.redemption_id) AS addresses, count(*) FILTER (WHERE d.hidden_reason = 'erased') AS hidden
      FROM redemption.redemption d
      LEFT JOIN redemption.gift_address a ON a.client_id = d.client_id AND a.redemption_id = d.id
      WHERE d.client_id = ${tx.clientId} AND d.creator_id = ${creatorId}`);
    return {
      addresses: Number(rows.addresses),
      notes: Number(texts.notes),
      parcels: Number(texts.parcels),
      hidden: Number(rows.hidden),
    };
  }
}
