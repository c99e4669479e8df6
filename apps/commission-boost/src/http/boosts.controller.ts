import type { CreatorId } from '#libs/kernel';
import { CurrentIdentity, page, PathId, readCursor, Roles, tenantOf, type Identity } from '#libs/service-kit';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { FindBoosts } from '../use-cases/find-boosts.ts';
import { boostOnWire, historyOnWire } from './boost-on-wire.ts';
import { ListBoostsRequest } from './list-boosts.request.ts';

/** Boosts to look at: an admin sees the client's, a creator its own. */
@Controller('v1/boosts')
@Roles('admin', 'creator')
export class BoostsController {
  constructor(private readonly findBoosts: FindBoosts) {}

  @Get()
  async list(@Query() query: ListBoostsRequest, @CurrentIdentity() identity: Identity) {
    const clientId = tenantOf(identity);
    const creatorId = identity.role === 'creator' ? (identity.subject as CreatorId) : undefined;
    const window = readCursor(query, {
      tenant: `${clientId}:${creatorId ?? ''}`,
      filter: { status: query.status, payableBefore: query.payableBefore },
      position: ['uuid'],
    });
    const filter = { status: query.status, creatorId, payableBefore: query.payableBefore };
    const rows = await this.findBoosts.list(filter, { before: window.after?.[0], fetch: window.fetch }, clientId);
    const { data, nextCursor } = page(rows, window, ({ boost }) => [boost.id]);
    return {
      data: data.map(({ boost, account, provisional }) => boostOnWire(boost, account, provisional)),
      nextCursor,
    };
  }

  /** Why a hold was overridden is for admins: it is their word to each other. */
  @Get(':id')
  async one(@Param('id', PathId) id: string, @CurrentIdentity() identity: Identity) {
    const clientId = tenantOf(identity);
    const found = await this.findBoosts.one(id, clientId, identity);
    const { boost, account, provisional } = await this.findBoosts.withAccount(found, clientId);
    const shown = boostOnWire(boost, account, provisional);
    if (identity.role !== 'admin') return shown;
    return { ...shown, holdOverrideReason: boost.payment?.holdOverrideReason ?? null };
  }

  /** All steps, oldest first: there are six at most. */
  @Get(':id/history')
  async history(@Param('id', PathId) id: string, @CurrentIdentity() identity: Identity) {
    const clientId = tenantOf(identity);
    const boost = await this.findBoosts.one(id, clientId, identity);
    const history = await this.findBoosts.history(boost.id, clientId);
    return { data: history.map(historyOnWire), nextCursor: null };
  }
}
