import { LaurelError, type StatefulServiceName } from '#libs/contracts';
import { Injectable } from '@nestjs/common';
import { upstreamDown, Upstreams } from '../forwarding/upstreams.ts';

interface Me {
  readonly creator: unknown;
  /** null until tier-evaluation has heard of the creator. */
  readonly tier: unknown;
  readonly openRedemptions: readonly unknown[];
  readonly boosts: readonly unknown[];
}

/** Asks the four services at once, each in the creator's own name: each shows what this creator may see. */
@Injectable()
export class ComposeMe {
  readonly #upstreams: Upstreams;

  constructor(upstreams: Upstreams) {
    this.#upstreams = upstreams;
  }

  /** @throws LaurelError not_found for a creator that ingestion does not know, unavailable if a service is down. */
  async execute(creatorId: string, authorization: string): Promise<Me> {
    const get = (service: StatefulServiceName, path: string) => this.#get(service, path, authorization);
    const [creator, tier, redemptions, boosts] = await Promise.all([
      get('ingestion', `/v1/creators/${creatorId}`),
      get('tier-evaluation', `/v1/creators/${creatorId}/tier`),
      get('redemption', '/v1/redemptions?status=claimable&limit=200'),
      get('commission-boost', '/v1/boosts?limit=200'),
    ]);
    if (creator === null) throw new LaurelError('not_found', 'there is no such creator');
    return { creator, tier, openRedemptions: dataOf(redemptions), boosts: dataOf(boosts) };
  }

  /** null for 404: that service has not heard of the creator yet. */
  async #get(service: StatefulServiceName, path: string, authorization: string): Promise<unknown> {
    const { status, body } = await this.#upstreams.call(service, { method: 'GET', path, authorization });
    if (status === 200) return body;
    if (status === 404) return null;
    throw upstreamDown(service, new Error(`${service} answered ${status} to ${path}`));
  }
}

function dataOf(answer: unknown): readonly unknown[] {
  return (answer as { data?: readonly unknown[] } | null)?.data ?? [];
}
