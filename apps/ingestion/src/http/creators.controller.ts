import { LaurelError } from '#libs/contracts';
import { decimalsOf, formatMinor, isUuid, moneyToWire, type ClientId } from '#libs/kernel';
import {
  assertOwn,
  CurrentIdentity,
  page,
  PathId,
  readCursor,
  Roles,
  tenantOf,
  type Identity,
} from '#libs/service-kit';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { canonicalHandle } from '../domain/handle/canonical-handle.ts';
import type { Program } from '../persistence/program.repository.ts';
import type { SalesDay } from '../persistence/sales-day.repository.ts';
import { ReadCreators } from '../use-cases/read-creators.ts';
import { dateOf, faultyQuery } from './faulty-query.ts';

type QueryParameters = Record<string, unknown>;

const MOST_IDS = 200;

@Controller('v1/creators')
export class CreatorsController {
  readonly #creators: ReadCreators;

  constructor(creators: ReadCreators) {
    this.#creators = creators;
  }

  /** With `ids`, which creators may ask too, the handles alone: lists of other services are filled in with them. */
  @Get()
  @Roles('admin', 'creator')
  async list(@CurrentIdentity() identity: Identity, @Query() query: QueryParameters) {
    const clientId = tenantOf(identity);
    if (query['ids'] !== undefined) return this.#named(clientId, query['ids']);
    if (identity.role !== 'admin') throw new LaurelError('forbidden', 'a creator may ask for handles by ids alone');
    const filter = { handle: handleOf(query['handle']), tier: tierOf(query['tier']) };
    const window = readCursor(query, { tenant: clientId, filter, position: ['text'] });
    if (filter.handle === null) return page([], window, () => []);
    const { handle, tier } = filter;
    const creators = await this.#creators.list(clientId, {
      handle,
      tier,
      after: window.after?.[0],
      fetch: window.fetch,
    });
    return page(creators, window, (creator) => [creator.handle]);
  }

  /** A creator sees itself: the gateway shows it so in /v1/me. */
  @Get(':id')
  @Roles('admin', 'creator')
  find(@CurrentIdentity() identity: Identity, @Param('id', PathId) id: string) {
    assertOwn(identity, id);
    return this.#creators.find(tenantOf(identity), id);
  }

  @Get(':id/sales')
  @Roles('admin', 'creator')
  async sales(
    @CurrentIdentity() identity: Identity,
    @Param('id', PathId) creatorId: string,
    @Query() query: QueryParameters,
  ) {
    assertOwn(identity, creatorId);
    const clientId = tenantOf(identity);
    const from = dateOf('from', query['from'] ?? '0001-01-01');
    const to = dateOf('to', query['to'] ?? '9999-12-31');
    const window = readCursor(query, { tenant: clientId, filter: { creatorId, from, to }, position: ['date'] });
    const after = window.after?.[0];
    const { days, program } = await this.#creators.sales(clientId, { creatorId, from, to, after, fetch: window.fetch });
    const { data, nextCursor } = page(days, window, (day) => [day.date]);
    return { data: data.map((day) => dayOnWire(day, program)), nextCursor };
  }

  async #named(clientId: ClientId, given: unknown) {
    const ids = typeof given === 'string' ? given.split(',').filter((id) => id !== '') : [];
    if (ids.length === 0 || ids.length > MOST_IDS || !ids.every(isUuid)) {
      throw faultyQuery('ids', `ids are 1 to ${MOST_IDS} ids of creators, separated by commas`);
    }
    const creators = await this.#creators.findAll(clientId, ids);
    return { data: creators.map(({ id, handle }) => ({ id, handle })), nextCursor: null };
  }
}

/** null for what can be nobody's handle. */
function handleOf(given: unknown): string | null | undefined {
  if (given === undefined) return undefined;
  return typeof given === 'string' ? (canonicalHandle(given) ?? null) : null;
}

function tierOf(given: unknown): number | undefined {
  if (given === undefined) return undefined;
  if (typeof given === 'string' && /^[1-6]$/.test(given)) return Number(given);
  throw faultyQuery('tier', 'tier is a number from 1 to 6');
}

function dayOnWire(day: SalesDay, { currency, metric }: Program) {
  return {
    date: day.date,
    gmv: moneyToWire({ minor: day.gmvMinor, currency }),
    units: Number(day.units),
    videos: day.videos,
    views: day.views,
    likes: day.likes,
    comments: day.comments,
    adjustments: formatMinor(day.adjustments, metric === 'sales' ? decimalsOf(currency) : 0),
  };
}
