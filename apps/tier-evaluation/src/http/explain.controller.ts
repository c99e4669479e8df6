import { LaurelError } from '#libs/contracts';
import { toCalendarDate, type CreatorId, type SyncId } from '#libs/kernel';
import { assertOwn, CurrentIdentity, PathId, Roles, tenantOf, waitForFact, type Identity } from '#libs/service-kit';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ExplainTier } from '../use-cases/explain-tier.ts';
import { ExplainRequest } from './explain.request.ts';
import { explanationOnWire } from './explanation-on-wire.ts';

@Controller('v1/creators/:id/tier/explain')
export class ExplainController {
  readonly #explain: ExplainTier;

  constructor(explain: ExplainTier) {
    this.#explain = explain;
  }

  @Get()
  @Roles('admin', 'creator')
  async explain(
    @CurrentIdentity() identity: Identity,
    @Param('id', PathId) id: string,
    @Query() query: ExplainRequest,
  ) {
    assertOwn(identity, id);
    const asOf = query.asOf === undefined ? null : toCalendarDate(query.asOf);
    const knownAt = query.knownAt === undefined ? null : (query.knownAt.toLowerCase() as SyncId);
    if (knownAt !== null) await waitForFact(() => this.#explain.completed(tenantOf(identity), knownAt));
    const explained = await waitForFact(() =>
      this.#explain.execute(tenantOf(identity), id as CreatorId, { asOf, knownAt }),
    );
    if (explained === undefined) throw new LaurelError('not_found', 'there is no such creator');
    return { ...explanationOnWire(explained), knownAt };
  }
}
