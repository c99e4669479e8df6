import type { StatefulServiceName } from '#libs/contracts';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { upstreamDown, Upstreams } from '../forwarding/upstreams.ts';

interface Item {
  readonly creatorId?: string;
}

interface List {
  readonly data: readonly Item[];
  readonly nextCursor: string | null;
}

/** No event carries a handle, so the services that list creators' things do not know them: ingestion does. */
@Injectable()
export class FillInHandles {
  readonly #upstreams: Upstreams;

  constructor(upstreams: Upstreams) {
    this.#upstreams = upstreams;
  }

  /** The list as its owner gives it, every item with the `handle` of its creator, null while ingestion is away. */
  async forward(request: FastifyRequest, reply: FastifyReply, owner: StatefulServiceName): Promise<void> {
    const { authorization } = request.headers;
    const path = request.raw.url ?? '/';
    const { status, body, headers } = await this.#upstreams.call(owner, { method: 'GET', path, authorization });
    if (status !== 200) {
      await reply.status(status).headers(headers).type('application/problem+json; charset=utf-8').send(body);
      return;
    }
    const list = body as List;
    const handles = await this.#handlesOf(list.data, authorization);
    const data = list.data.map((item) => ({ ...item, handle: handles.get(item.creatorId ?? '') ?? null }));
    await reply.send({ ...list, data });
  }

  async #handlesOf(items: readonly Item[], authorization: string | undefined): Promise<ReadonlyMap<string, string>> {
    const ids = [...new Set(items.map(({ creatorId }) => creatorId).filter((id) => id !== undefined))];
    if (ids.length === 0) return new Map();
    try {
      const path = `/v1/creators?ids=${ids.join(',')}`;
      const { status, body } = await this.#upstreams.call('ingestion', { method: 'GET', path, authorization });
      if (status !== 200) throw upstreamDown('ingestion', new Error(`ingestion answered ${status}`));
      const { data } = body as { data: readonly { id: string; handle: string }[] };
      return new Map(data.map(({ id, handle }) => [id, handle]));
    } catch {
      // The list is worth more without names than no list.
      return new Map();
    }
  }
}
