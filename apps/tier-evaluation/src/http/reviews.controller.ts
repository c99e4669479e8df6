import { toCalendarDate } from '#libs/kernel';
import { cursorAt, CurrentIdentity, readCursor, Roles, tenantOf, type Identity } from '#libs/service-kit';
import { Controller, Get, Query } from '@nestjs/common';
import { formatMetric } from '../domain/program/metric-format.ts';
import type { Program } from '../domain/program/program.ts';
import { ListReviews, type ReviewAhead } from '../use-cases/list-reviews.ts';
import { ListReviewsRequest } from './review.request.ts';

@Controller('v1/reviews')
export class ReviewsController {
  readonly #list: ListReviews;

  constructor(list: ListReviews) {
    this.#list = list;
  }

  /** A page may be short, even empty, and still have a next one: `nextCursor` alone says whether there is more. */
  @Get()
  @Roles('admin')
  async list(@CurrentIdentity() identity: Identity, @Query() query: ListReviewsRequest) {
    const clientId = tenantOf(identity);
    const { dueBefore, projected, tier } = query;
    const binding = { tenant: clientId, filter: { dueBefore, projected, tier, of: 'reviews' } };
    const window = readCursor(query, { ...binding, position: ['date', 'uuid'] });
    const [dueDate, creatorId] = window.after ?? [];
    const { reviews, program, next } = await this.#list.execute(
      clientId,
      {
        dueBefore: dueBefore === undefined ? undefined : toCalendarDate(dueBefore),
        projected,
        tier: tier === undefined ? undefined : Number(tier),
      },
      {
        after: dueDate === undefined || creatorId === undefined ? undefined : { dueDate, creatorId },
        limit: window.limit,
      },
    );
    const data = program === undefined ? [] : reviews.map((review) => reviewOnWire(review, program));
    return { data, nextCursor: next === undefined ? null : cursorAt([next.dueDate, next.creatorId], window) };
  }
}

function reviewOnWire(review: ReviewAhead, program: Program) {
  const wire = (value: bigint) => formatMetric(value, program);
  const { creatorId, tier, windowStart, dueDate, projectedTier, projected } = review;
  return {
    creatorId,
    tier,
    tierName: program.tiers[tier - 1]?.name ?? null,
    windowStart,
    dueDate,
    value: wire(review.value),
    threshold: wire(review.threshold),
    missing: wire(review.missing),
    projectedTier,
    projected,
  };
}
