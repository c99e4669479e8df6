import type { RedemptionId } from '#libs/kernel';
import { Database } from '#libs/persistence';
import { CurrentIdentity, PathId, Roles, tenantOf, type Identity } from '#libs/service-kit';
import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import type { RedemptionView } from '../persistence/redemption-row.ts';
import { RedemptionRepository } from '../persistence/redemption.repository.ts';
import { MoveRedemption, type AdminStep } from '../use-cases/move-redemption.ts';
import { NotesRequest, ShipRequest } from './redemption.request.ts';

@Controller('v1/redemptions/:id')
@Roles('admin')
export class RedemptionStepsController {
  constructor(
    private readonly database: Database,
    private readonly redemptions: RedemptionRepository,
    private readonly moveRedemption: MoveRedemption,
  ) {}

  @Post('fulfil')
  @HttpCode(200)
  fulfil(@CurrentIdentity() identity: Identity, @Param('id', PathId) id: RedemptionId, @Body() body?: NotesRequest) {
    return this.#move(identity, id, { command: 'fulfil' }, body?.notes);
  }

  @Post('conclude')
  @HttpCode(200)
  conclude(@CurrentIdentity() identity: Identity, @Param('id', PathId) id: RedemptionId, @Body() body?: NotesRequest) {
    return this.#move(identity, id, { command: 'conclude' }, body?.notes);
  }

  @Post('deliver')
  @HttpCode(200)
  deliver(@CurrentIdentity() identity: Identity, @Param('id', PathId) id: RedemptionId, @Body() body?: NotesRequest) {
    return this.#move(identity, id, { command: 'deliver' }, body?.notes);
  }

  @Post('ship')
  @HttpCode(200)
  ship(@CurrentIdentity() identity: Identity, @Param('id', PathId) id: RedemptionId, @Body() body: ShipRequest) {
    const { carrier, trackingNumber, notes } = body;
    return this.#move(identity, id, { command: 'ship', carrier, trackingNumber }, notes);
  }

  #move(
    identity: Identity,
    redemptionId: RedemptionId,
    step: AdminStep,
    notes: string | undefined,
  ): Promise<RedemptionView | undefined> {
    return this.database.inTenant(tenantOf(identity), async (tx) => {
      await this.moveRedemption.execute({ redemptionId, step, adminId: identity.subject, notes }, tx);
      return this.redemptions.find(redemptionId, tx);
    });
  }
}
