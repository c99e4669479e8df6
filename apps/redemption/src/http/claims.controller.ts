import type { CreatorId, RedemptionId } from '#libs/kernel';
import { keyOf } from '#libs/messaging';
import { Erasures } from '#libs/secrets';
import {
  answer,
  CurrentIdentity,
  Idempotency,
  Idempotent,
  PathId,
  Roles,
  type Answer,
  type IdempotentCall,
  type Identity,
} from '#libs/service-kit';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { RedemptionRepository } from '../persistence/redemption.repository.ts';
import { ClaimRedemption } from '../use-cases/claim-redemption.ts';
import { PrepareClaim } from '../use-cases/prepare-claim.ts';
import { ClaimRequest } from './redemption.request.ts';
import { wantedTime } from './wanted-time.ts';

@Controller('v1/redemptions')
export class ClaimsController {
  constructor(
    private readonly idempotency: Idempotency,
    private readonly redemptions: RedemptionRepository,
    private readonly prepareClaim: PrepareClaim,
    private readonly claimRedemption: ClaimRedemption,
    private readonly erasures: Erasures,
  ) {}

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
      await this.erasures.refuseErased(creatorId, tx);
      await this.claimRedemption.execute({ redemptionId, creatorId, ...wanted, gift }, tx);
      return answer(200, await this.redemptions.find(redemptionId, tx));
    });
  }
}
