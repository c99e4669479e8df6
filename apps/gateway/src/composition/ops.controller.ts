import { Controller, Get, Headers, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { BehindTheEdge } from '../http/edge.ts';
import { ComposeParked, type ParkedAction } from './compose-parked.ts';
import { ComposeStatus } from './compose-status.ts';

/** What an operator sees of all services together. */
@BehindTheEdge()
@Controller('v1/ops')
export class OpsController {
  readonly #status: ComposeStatus;
  readonly #parked: ComposeParked;

  constructor(status: ComposeStatus, parked: ComposeParked) {
    this.#status = status;
    this.#parked = parked;
  }

  @Get('status')
  status(@Headers('authorization') authorization: string): Promise<object> {
    return this.#status.execute(authorization);
  }

  @Get('parked')
  parked(@Headers('authorization') authorization: string): Promise<object> {
    return this.#parked.list(authorization);
  }

  @Post('parked/:id/release')
  release(@Param('id') id: string, @Headers('authorization') auth: string, @Res() reply: FastifyReply): Promise<void> {
    return this.#act(id, { action: 'release', authorization: auth }, reply);
  }

  @Post('parked/:id/discard')
  discard(@Param('id') id: string, @Headers('authorization') auth: string, @Res() reply: FastifyReply): Promise<void> {
    return this.#act(id, { action: 'discard', authorization: auth }, reply);
  }

  async #act(id: string, asked: ParkedAction, reply: FastifyReply): Promise<void> {
    const { status, body, headers } = await this.#parked.act(id, asked);
    const type = status >= 400 ? 'application/problem+json' : 'application/json';
    await reply.status(status).headers(headers).type(type).send(body);
  }
}
