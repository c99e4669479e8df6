import { LaurelError } from '#libs/contracts';
import type { RedemptionId } from '#libs/kernel';
import { Database } from '#libs/persistence';
import { assertOwn, CurrentIdentity, PathId, Roles, tenantOf, type Identity } from '#libs/service-kit';
import { Controller, Get, Param } from '@nestjs/common';
import type { GiftOrder } from '../domain/gift/gift-order.ts';
import { GiftAddressRepository } from '../persistence/gift-address.repository.ts';
import type { RedemptionView } from '../persistence/redemption-row.ts';
import { RedemptionRepository } from '../persistence/redemption.repository.ts';

type RedemptionWithOrder = RedemptionView & Partial<{ [Member in keyof GiftOrder]: GiftOrder[Member] | null }>;

/** One redemption: the only answer that tells where a gift goes, to admins and to its creator. */
@Controller('v1/redemptions/:id')
@Roles('admin', 'creator')
export class RedemptionController {
  constructor(
    private readonly database: Database,
    private readonly redemptions: RedemptionRepository,
    private readonly giftAddresses: GiftAddressRepository,
  ) {}

  @Get()
  get(@CurrentIdentity() identity: Identity, @Param('id', PathId) id: RedemptionId): Promise<RedemptionWithOrder> {
    return this.database.inTenant(tenantOf(identity), async (tx) => {
      const row = await this.redemptions.find(id, tx);
      if (row === undefined || (identity.role === 'creator' && row.hidden)) throw notFound();
      assertOwn(identity, row.creatorId);
      if (row.type !== 'physical_gift') return row;
      const order = await this.giftAddresses.find(id, tx);
      return { ...row, size: order?.size ?? null, shipping: order?.shipping ?? null };
    });
  }
}

function notFound(): LaurelError {
  return new LaurelError('not_found', 'there is no such redemption');
}
