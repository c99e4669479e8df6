import { LaurelError, STATEFUL_SERVICES, type StatefulServiceName } from '#libs/contracts';
import { isUuid } from '#libs/kernel';
import { Injectable } from '@nestjs/common';
import { upstreamDown, Upstreams, type JsonAnswer } from '../forwarding/upstreams.ts';

export interface ParkedAction {
  readonly action: 'release' | 'discard';
  readonly authorization: string;
}

interface ParkedOnWire {
  readonly id: string;
}

/** The parked keys of all services. On the wire an id tells its service: `<service>:<uuid>`. */
@Injectable()
export class ComposeParked {
  readonly #upstreams: Upstreams;

  constructor(upstreams: Upstreams) {
    this.#upstreams = upstreams;
  }

  /** @throws LaurelError unavailable if a service is down: a list without its keys would look like good news. */
  async list(authorization: string): Promise<{ data: readonly object[]; nextCursor: null }> {
    const lists = await Promise.all(STATEFUL_SERVICES.map((service) => this.#listOf(service, authorization)));
    return { data: lists.flat(), nextCursor: null };
  }

  /** @throws LaurelError not_found for an id that names no service. */
  act(id: string, asked: ParkedAction): Promise<JsonAnswer> {
    const [name, uuid = ''] = id.split(':');
    const service = STATEFUL_SERVICES.find((known) => known === name);
    if (service === undefined || !isUuid(uuid)) throw new LaurelError('not_found', 'there is no such parked key');
    const path = `/ops/parked/${uuid}/${asked.action}`;
    return this.#upstreams.call(service, { method: 'POST', path, authorization: asked.authorization });
  }

  async #listOf(service: StatefulServiceName, authorization: string): Promise<readonly object[]> {
    const answer = await this.#upstreams.call(service, { method: 'GET', path: '/ops/parked', authorization });
    if (answer.status !== 200) throw upstreamDown(service, new Error(`${service} answered ${answer.status}`));
    const { data } = answer.body as { data: readonly ParkedOnWire[] };
    return data.map((parked) => ({ ...parked, id: `${service}:${parked.id}`, service }));
  }
}
