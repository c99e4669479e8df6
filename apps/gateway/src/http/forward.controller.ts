import { LaurelError } from '#libs/contracts';
import { All, Controller, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Forwarder } from '../forwarding/forwarder.ts';
import { routeOf } from '../routes/match-route.ts';
import { BehindTheEdge } from './edge.ts';

/** Every route that one service answers. */
@BehindTheEdge()
@Controller('v1')
export class ForwardController {
  readonly #forwarder: Forwarder;

  constructor(forwarder: Forwarder) {
    this.#forwarder = forwarder;
  }

  @All('*')
  async forward(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { owner, upload } = routeOf(request);
    if (owner === 'gateway') throw new LaurelError('not_found', 'there is no such route');
    await this.#forwarder.forward(request, reply, { owner, upload });
  }
}
