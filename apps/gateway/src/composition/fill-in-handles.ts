import type { StatefulServiceName } from '#libs/contracts';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { upstreamDown, Upstreams } from '../forwarding/upstreams.ts';

/** No event carries a handle, so the services whose answers name creators do not know them: ingestion does. */
@Injectable()
export class FillInHandles {
  readonly #upstreams: Upstreams;

  constructor(upstreams: Upstreams) {
    this.#upstreams = upstreams;
  }

  /** The answer as its owner gives it, whatever names a `creatorId` with its `handle`, null while ingestion is away. */
  async forward(request: FastifyRequest, reply: FastifyReply, owner: StatefulServiceName): Promise<void> {
    const { authorization } = request.headers;
    const path = request.raw.url ?? '/';
    const { status, body, headers } = await this.#upstreams.call(owner, { method: 'GET', path, authorization });
    if (status !== 200) {
      await reply.status(status).headers(headers).type('application/problem+json; charset=utf-8').send(body);
      return;
    }
    const handles = await this.#handlesOf(creatorsIn(body), authorization);
    await reply.send(withHandles(body, handles));
  }

  async #handlesOf(ids: ReadonlySet<string>, authorization: string | undefined): Promise<ReadonlyMap<string, string>> {
    if (ids.size === 0) return new Map();
    try {
      const path = `/v1/creators?ids=${[...ids].join(',')}`;
      const { status, body } = await this.#upstreams.call('ingestion', { method: 'GET', path, authorization });
      if (status !== 200) throw upstreamDown('ingestion', new Error(`ingestion answered ${status}`));
      const { data } = body as { data: readonly { id: string; handle: string }[] };
      return new Map(data.map(({ id, handle }) => [id, handle]));
    } catch {
      // The answer is worth more without names than none.
      return new Map();
    }
  }
}

function creatorsIn(body: unknown): Set<string> {
  if (Array.isArray(body)) return new Set(body.flatMap((item) => [...creatorsIn(item)]));
  if (typeof body !== 'object' || body === null) return new Set();
  const { creatorId } = body as { creatorId?: unknown };
  const own = typeof creatorId === 'string' ? [creatorId] : [];
  return new Set([...own, ...Object.values(body).flatMap((member) => [...creatorsIn(member)])]);
}

function withHandles(body: unknown, handles: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(body)) return body.map((item) => withHandles(item, handles));
  if (typeof body !== 'object' || body === null) return body;
  const members = Object.entries(body).map(([name, member]) => [name, withHandles(member, handles)] as const);
  const { creatorId } = body as { creatorId?: unknown };
  const handle = typeof creatorId === 'string' ? { handle: handles.get(creatorId) ?? null } : {};
  return { ...Object.fromEntries(members), ...handle };
}
