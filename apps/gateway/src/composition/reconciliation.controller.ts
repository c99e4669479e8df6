import { Controller, Get, Headers, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { JsonAnswer } from '../forwarding/upstreams.ts';
import { BehindTheEdge } from '../http/edge.ts';
import { ComposeFindings } from './compose-findings.ts';
import { ComposeReconciliation } from './compose-reconciliation.ts';

/** What an operator sees of figures that stand in two places. */
@BehindTheEdge()
@Controller('v1/ops')
export class ReconciliationController {
  readonly #reconciliation: ComposeReconciliation;
  readonly #findings: ComposeFindings;

  constructor(reconciliation: ComposeReconciliation, findings: ComposeFindings) {
    this.#reconciliation = reconciliation;
    this.#findings = findings;
  }

  @Post('reconcile')
  async reconcile(
    @Req() request: FastifyRequest,
    @Headers('authorization') authorization: string,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const clientId = queryOf(request).get('clientId');
    await send(reply, await this.#reconciliation.execute('POST', clientId, authorization));
  }

  @Get('reconcile')
  async state(
    @Req() request: FastifyRequest,
    @Headers('authorization') authorization: string,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const clientId = queryOf(request).get('clientId');
    await send(reply, await this.#reconciliation.execute('GET', clientId, authorization));
  }

  @Get('findings')
  async findings(
    @Req() request: FastifyRequest,
    @Headers('authorization') authorization: string,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await send(reply, await this.#findings.list(queryOf(request), authorization));
  }
}

function queryOf(request: FastifyRequest): URLSearchParams {
  return new URL(request.url, 'http://gateway').searchParams;
}

async function send(reply: FastifyReply, { status, body, headers }: JsonAnswer): Promise<void> {
  const type = status >= 400 ? 'application/problem+json; charset=utf-8' : 'application/json; charset=utf-8';
  await reply.status(status).headers(headers).type(type).send(body);
}
