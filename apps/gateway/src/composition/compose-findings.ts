import { LaurelError, type StatefulServiceName } from '#libs/contracts';
import { Injectable } from '@nestjs/common';
import { Upstreams, type JsonAnswer } from '../forwarding/upstreams.ts';

/** The services that keep a figure in two places, in the order in which their findings are listed. */
export const RECONCILED_SERVICES = [
  'ingestion',
  'tier-evaluation',
  'redemption',
  'commission-boost',
] as const satisfies readonly StatefulServiceName[];

type ReconciledService = (typeof RECONCILED_SERVICES)[number];

export interface FindingOnWire {
  readonly service: ReconciledService;
}

interface Page {
  readonly data: readonly object[];
  readonly nextCursor: string | null;
}

/** Where a list goes on: in a service, and there behind its own cursor or at the beginning. */
interface Place {
  readonly service: ReconciledService;
  readonly cursor: string | null;
}

const DEFAULT_LIMIT = 50;

/** The findings of all services as one list: one service's after the other's. */
@Injectable()
export class ComposeFindings {
  readonly #upstreams: Upstreams;

  constructor(upstreams: Upstreams) {
    this.#upstreams = upstreams;
  }

  /** A page, or what a service answers to a request that it refuses. @throws LaurelError unavailable if one is down */
  async list(query: URLSearchParams, authorization: string): Promise<JsonAnswer> {
    const limit = Number(query.get('limit') ?? DEFAULT_LIMIT);
    const data: FindingOnWire[] = [];
    let place: Place | undefined = placeOf(query.get('cursor'));
    do {
      const { service }: Place = place;
      const answer = await this.#pageOf(place, query, { limit: limit - data.length, authorization });
      if (answer.status !== 200) return answer;
      const page = answer.body as Page;
      data.push(...page.data.map((finding) => ({ ...finding, service })));
      place = page.nextCursor === null ? after(service) : { service, cursor: page.nextCursor };
    } while (place !== undefined && data.length < limit);
    return { status: 200, body: { data, nextCursor: place === undefined ? null : cursorOf(place) }, headers: {} };
  }

  #pageOf(
    { service, cursor }: Place,
    query: URLSearchParams,
    { limit, authorization }: { limit: number; authorization: string },
  ): Promise<JsonAnswer> {
    const asked = new URLSearchParams(query);
    // What is no number the service refuses in its own words.
    asked.set('limit', Number.isInteger(limit) ? String(limit) : (query.get('limit') ?? ''));
    asked.delete('cursor');
    if (cursor !== null) asked.set('cursor', cursor);
    return this.#upstreams.call(service, { method: 'GET', path: `/ops/findings?${asked}`, authorization });
  }
}

function after(service: ReconciledService): Place | undefined {
  const next = RECONCILED_SERVICES[RECONCILED_SERVICES.indexOf(service) + 1];
  return next && { service: next, cursor: null };
}

function cursorOf({ service, cursor }: Place): string {
  return cursor === null ? service : `${service}:${cursor}`;
}

function placeOf(cursor: string | null): Place {
  if (cursor === null) return { service: RECONCILED_SERVICES[0], cursor: null };
  const [name = '', ...rest] = cursor.split(':');
  const service = RECONCILED_SERVICES.find((known) => known === name);
  if (service === undefined) throw foreignCursor();
  return { service, cursor: rest.length === 0 ? null : rest.join(':') };
}

function foreignCursor(): LaurelError {
  const message = 'the cursor does not belong to this list';
  return new LaurelError('validation_failed', message, {
    faults: [{ pointer: 'cursor', code: 'invalid_cursor', message }],
  });
}
