import type { CreatorId, RewardId } from '#libs/kernel';
import { Database } from '#libs/persistence';
import {
  assertOwn,
  CurrentIdentity,
  cursorAt,
  page,
  readCursor,
  Roles,
  tenantOf,
  type Identity,
  type Page,
} from '#libs/service-kit';
import { Controller, Get, Query } from '@nestjs/common';
import { RedemptionPageRepository, type RedemptionFilter } from '../persistence/redemption-page.repository.ts';
import type { RedemptionView } from '../persistence/redemption-row.ts';
import { ListRedemptionsRequest } from './redemption.request.ts';

@Controller('v1/redemptions')
export class RedemptionsController {
  constructor(
    private readonly database: Database,
    private readonly pages: RedemptionPageRepository,
  ) {}

  /** A page by `hidden` may hold fewer rows than asked for, or none, and still have a next one. */
  @Get()
  @Roles('admin', 'creator')
  list(@CurrentIdentity() identity: Identity, @Query() query: ListRedemptionsRequest): Promise<Page<RedemptionView>> {
    const clientId = tenantOf(identity);
    const filter = visibleTo(identity, query);
    const tenant = identity.role === 'creator' ? `${clientId}:${identity.subject}` : clientId;
    const window = readCursor(query, { tenant, filter: { ...filter }, position: ['uuid'] });
    return this.database.inTenant(clientId, async (tx) => {
      const found = await this.pages.list(filter, { before: window.after?.[0], fetch: window.fetch }, tx);
      const answer = page(found.rows, window, (row) => [row.id]);
      if (answer.nextCursor !== null || found.endsAt === undefined) return answer;
      return { ...answer, nextCursor: cursorAt([found.endsAt], window) };
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
