import type { CreatorId, RedemptionId } from '#libs/kernel';
import { sql, type TenantTransaction } from '#libs/persistence';
import { Vault, type SealedPlace } from '#libs/secrets';
import { Injectable } from '@nestjs/common';
import type { GiftOrder } from '../domain/gift/gift-order.ts';

/** What is sent where, sealed for its client, creator and redemption: in clear it leaves this folder, and never lies here. */
@Injectable()
export class GiftAddressRepository {
  constructor(private readonly vault: Vault) {}

  async insert(
    of: { readonly redemptionId: RedemptionId; readonly creatorId: CreatorId; readonly at: Date },
    order: GiftOrder,
    tx: TenantTransaction,
  ): Promise<void> {
    const { redemptionId, creatorId, at } = of;
    const sealed = await this.vault.seal({ place: placeOf(redemptionId, creatorId), text: JSON.stringify(order) }, tx);
    await tx.execute(sql`
      INSERT INTO redemption.gift_address (client_id, redemption_id, creator_id, sealed_order, given_at)
      VALUES (${tx.clientId}, ${redemptionId}, ${creatorId}, ${sealed}, ${at})`);
  }

  /** @returns undefined where none was given, or its creator is erased. @throws SealBrokenError */
  async find(redemptionId: RedemptionId, tx: TenantTransaction): Promise<GiftOrder | undefined> {
    const row = await tx.maybeOne<{ creator_id: CreatorId; sealed_order: Buffer }>(sql`
      SELECT creator_id, sealed_order FROM redemption.gift_address
      WHERE client_id = ${tx.clientId} AND redemption_id = ${redemptionId}`);
    if (row === undefined) return undefined;
    const place = placeOf(redemptionId, row.creator_id);
    const text = await this.vault.open({ place, sealed: row.sealed_order }, tx);
    return text === undefined ? undefined : (JSON.parse(text) as GiftOrder);
  }
}

function placeOf(redemptionId: RedemptionId, creatorId: CreatorId): SealedPlace {
  return { creatorId, field: `gift_address.sealed_order/${redemptionId}` };
}
