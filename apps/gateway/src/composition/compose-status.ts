import { STATEFUL_SERVICES, type StatefulServiceName } from '#libs/contracts';
import { Injectable } from '@nestjs/common';
import { Upstreams } from '../forwarding/upstreams.ts';
import { isSettled, type ServiceStatus, type StatusRound } from './settled.ts';

export interface Status {
  readonly settled: boolean;
  readonly services: readonly (ServiceStatus | UnreachableService)[];
}

/** A service that did not answer: listed, and nothing is settled. */
export interface UnreachableService {
  readonly name: StatefulServiceName;
  readonly reachable: false;
}

/** Asks all services twice, one round after the other. */
@Injectable()
export class ComposeStatus {
  readonly #upstreams: Upstreams;

  constructor(upstreams: Upstreams) {
    this.#upstreams = upstreams;
  }

  async execute(authorization: string): Promise<Status> {
    const first = await this.#round(authorization);
    const second = await this.#round(authorization);
    const services = STATEFUL_SERVICES.map((name) => second.get(name) ?? ({ name, reachable: false } as const));
    return { settled: isSettled(first, second), services };
  }

  async #round(authorization: string): Promise<StatusRound> {
    const round = new Map<StatefulServiceName, ServiceStatus>();
    const asked = STATEFUL_SERVICES.map(async (name) => {
      const status = await this.#statusOf(name, authorization);
      if (status !== undefined) round.set(name, status);
    });
    await Promise.all(asked);
    return round;
  }

  async #statusOf(name: StatefulServiceName, authorization: string): Promise<ServiceStatus | undefined> {
    try {
      const { status, body } = await this.#upstreams.call(name, { method: 'GET', path: '/ops/status', authorization });
      return status === 200 ? (body as ServiceStatus) : undefined;
    } catch {
      // What a status is for: a service that is down is told as down.
      return undefined;
    }
  }
}
