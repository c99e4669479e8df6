import { LaurelError } from '#libs/contracts';
import { parseCalendarDate, type CalendarDate, type CreatorId, type RedemptionId } from '#libs/kernel';
import { keyOf } from '#libs/messaging';
import { Database } from '#libs/persistence';
import {
  answer,
  assertOwn,
  CurrentIdentity,
  Idempotency,
  Idempotent,
  PathId,
  Roles,
  tenantOf,
  waitForFact,
  type Answer,
  type IdempotentCall,
  type Identity,
} from '#libs/service-kit';
import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ClientRepository } from '../persistence/client.repository.ts';
import type { RedemptionView } from '../persistence/redemption-row.ts';
import { RedemptionRepository } from '../persistence/redemption.repository.ts';
import { ClaimRedemption } from '../use-cases/claim-redemption.ts';
import { ClaimRequest } from './redemption.request.ts';

@Controller('v1/redemptions')
export class RedemptionsController {
  constructor(
    private readonly database: Database,
    private readonly idempotency: Idempotency,
    private readonly clients: ClientRepository,
    private readonly redemptions: RedemptionRepository,
    private readonly claimRedemption: ClaimRedemption,
  ) {}

  @Get(':id')
  @Roles('admin', 'creator')
  async get(@CurrentIdentity() identity: Identity, @Param('id', PathId) id: RedemptionId): Promise<RedemptionView> {
    const row = await this.database.inTenant(tenantOf(identity), (tx) => this.redemptions.find(id, tx));
    if (row === undefined || (identity.role === 'creator' && row.hidden)) throw notFound();
    assertOwn(identity, row.creatorId);
    return row;
  }

  @Post(':id/claim')
  @Roles('creator')
  async claim(
    @CurrentIdentity() identity: Identity,
    @Idempotent() call: IdempotentCall,
    @Param('id', PathId) redemptionId: RedemptionId,
    @Body() body: ClaimRequest | undefined,
  ): Promise<Answer> {
    const { clientId } = call;
    const creatorId = identity.subject as CreatorId;
    const wanted = wantedTime(body ?? {});
    await waitForFact(() => this.database.inTenant(clientId, (tx) => this.clients.findProgrammeDate(tx)));
    return this.idempotency.run(call, [keyOf(clientId, creatorId)], async (tx) => {
      await this.claimRedemption.execute({ redemptionId, creatorId, ...wanted }, tx);
      return answer(200, await this.redemptions.find(redemptionId, tx));
    });
  }
}

function wantedTime(body: ClaimRequest): { scheduledDate: CalendarDate | undefined; scheduledAt: Date | undefined } {
  const scheduledDate = body.scheduledDate === undefined ? undefined : parseCalendarDate(body.scheduledDate);
  if (body.scheduledDate !== undefined && scheduledDate === undefined) {
    const message = 'scheduledDate is a date of the calendar';
    throw new LaurelError('validation_failed', message, {
      faults: [{ pointer: '/scheduledDate', code: 'date', message }],
    });
  }
  return { scheduledDate, scheduledAt: body.scheduledAt === undefined ? undefined : new Date(body.scheduledAt) };
}

function notFound(): LaurelError {
  return new LaurelError('not_found', 'there is no such redemption');
}
