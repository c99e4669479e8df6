import { LaurelError } from '#libs/contracts';
import { identityOf } from '#libs/service-kit';
import { All, Controller, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { FillInHandles } from '../composition/fill-in-handles.ts';
import { RefuseUnbooked } from '../composition/refuse-unbooked.ts';
import { Forwarder } from '../forwarding/forwarder.ts';
import { routeOf } from '../routes/match-route.ts';
import { BehindTheEdge } from './edge.ts';

/** Every route that one service answers. */
@BehindTheEdge()
@Controller('v1')
export class ForwardController {
  readonly #forwarder: Forwarder;
  readonly #handles: FillInHandles;
  readonly #unbooked: RefuseUnbooked;

  constructor(forwarder: Forwarder, handles: FillInHandles, unbooked: RefuseUnbooked) {
    this.#forwarder = forwarder;
    this.#handles = handles;
    this.#unbooked = unbooked;
  }

  @All('*')
  async forward(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { owner, operation, upload, handles } = routeOf(request);
    if (owner === 'gateway') throw new LaurelError('not_found', 'there is no such route');
    if (operation === 'getImpact') await this.#unbooked.check(request);
    if (handles.includes(identityOf(request).role)) return this.#handles.forward(request, reply, owner);
    await this.#forwarder.forward(request, reply, { owner, upload });
  }
}
