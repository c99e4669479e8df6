import { asId, type CreatorId } from '#libs/kernel';
import { keyOf } from '#libs/messaging';
import {
  Answer,
  CurrentIdentity,
  Idempotency,
  Idempotent,
  PathId,
  Roles,
  tenantOf,
  type IdempotentCall,
  type Identity,
} from '#libs/service-kit';
import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ReadErasure, type ErasureReport } from '../use-cases/erasure/read-erasure.ts';
import { RequestErasure } from '../use-cases/erasure/request-erasure.ts';
import { ErasureRequest } from './erasure.request.ts';

@Controller('v1')
@Roles('admin')
export class ErasuresController {
  readonly #idempotency: Idempotency;
  readonly #request: RequestErasure;
  readonly #read: ReadErasure;

  constructor(idempotency: Idempotency, request: RequestErasure, read: ReadErasure) {
    this.#idempotency = idempotency;
    this.#request = request;
    this.#read = read;
  }

  @Post('creators/:id/erase')
  erase(
    @CurrentIdentity() identity: Identity,
    @Param('id', PathId) id: string,
    @Idempotent() call: IdempotentCall,
    @Body() body?: ErasureRequest,
  ): Promise<Answer> {
    const creatorId = asId<CreatorId>(id);
    const order = { creatorId, reason: body?.force?.reason ?? null, requestedBy: identity.subject };
    return this.#idempotency.run(call, [keyOf(call.clientId, creatorId)], async (tx) => {
      const erasure = await this.#request.execute(order, tx);
      const shown = erasureOnWire(await this.#read.report(erasure, tx));
      return new Answer(202, shown, { Location: `/v1/erasures/${erasure.id}` });
    });
  }

  @Get('erasures/:id')
  async find(@CurrentIdentity() identity: Identity, @Param('id', PathId) id: string) {
    return erasureOnWire(await this.#read.execute(tenantOf(identity), id));
  }
}

function erasureOnWire(report: ErasureReport) {
  return {
    id: report.id,
    creatorId: report.creatorId,
    status: report.status,
    force: report.reason === null ? null : { reason: report.reason },
    requestedAt: report.requestedAt.toISOString(),
    endedAt: report.endedAt?.toISOString() ?? null,
    obligations: report.obligations,
    erased: report.gone,
  };
}
