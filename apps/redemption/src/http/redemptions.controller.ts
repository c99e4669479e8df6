import type { CreatorId, RedemptionId, RewardId } from '#libs/kernel';
import { keyOf } from '#libs/messaging';
import { Database } from '#libs/persistence';
import {
  answer,
  assertOwn,
  CurrentIdentity,
  Idempotency,
  Idempotent,
  page,
  PathId,
  readCursor,
  Roles,
  tenantOf,
  type Answer,
  type IdempotentCall,
  type Identity,
  type Page,
} from '#libs/service-kit';
import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import type { RedemptionView } from '../persistence/redemption-row.ts';
import { RedemptionRepository, type RedemptionFilter } from '../persistence/redemption.repository.ts';
import { ClaimRedemption } from '../use-cases/claim-redemption.ts';
import { PrepareClaim } from '../use-cases/prepare-claim.ts';
import { ClaimRequest, ListRedemptionsRequest } from './redemption.request.ts';
import { wantedTime } from './wanted-time.ts';

@Controller('v1/redemptions')
export class RedemptionsController {
  constructor(
    private readonly database: Database,
    private readonly idempotency: Idempotency,
    private readonly redemptions: RedemptionRepository,
    private readonly prepareClaim: PrepareClaim,
    private readonly claimRedemption: ClaimRedemption,
  ) {}

  @Get()
  @Roles('admin', 'creator')
  list(@CurrentIdentity() identity: Identity, @Query() query: ListRedemptionsRequest): Promise<Page<RedemptionView>> {
    const clientId = tenantOf(identity);
    const filter = visibleTo(identity, query);
    const tenant = identity.role === 'creator' ? `${clientId}:${identity.subject}` : clientId;
    const window = readCursor(query, { tenant, filter: { ...filter }, position: ['uuid'] });
    return this.database.inTenant(clientId, async (tx) => {
      const rows = await this.redemptions.list(filter, { before: window.after?.[0], fetch: window.fetch }, tx);
      return page(rows, window, (row) => [row.id]);
    });
  }

  @Post(':id/claim')
  @Roles('creator')
  async claim(
    @CurrentIdentity() identity: Identity,
    @Idempotent() call: IdempotentCall,
    @Param('id', PathId) redemptionId: RedemptionId,
    @Body() body?: ClaimRequest,
  ): Promise<Answer> {
    const { clientId } = call;
    const creatorId = identity.subject as CreatorId;
    const wanted = wantedTime(body ?? {});
    const gift = { shipping: body?.shipping, size: body?.size ?? undefined };
    const prepared = await this.prepareClaim.execute(call, creatorId);
    return this.idempotency.run(prepared, [keyOf(clientId, creatorId)], async (tx) => {
      await this.claimRedemption.execute({ redemptionId, creatorId, ...wanted, gift }, tx);
      return answer(200, await this.redemptions.find(redemptionId, tx));
    });
  }
}

/** Creators see their own, hidden ones never. */
function visibleTo(identity: Identity, query: ListRedemptionsRequest): RedemptionFilter {
  const { status } = query;
  const rewardId = query.rewardId?.toLowerCase() as RewardId | undefined;
  const creatorId = query.creatorId?.toLowerCase() as CreatorId | undefined;
  if (identity.role === 'creator') {
    if (creatorId !== undefined) assertOwn(identity, creatorId);
    return { status, rewardId, creatorId: identity.subject as CreatorId, hidden: false };
  }
  return { status, rewardId, creatorId, hidden: query.hidden === undefined ? undefined : query.hidden === 'true' };
}
