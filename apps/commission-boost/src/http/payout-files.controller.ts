import { Readable } from 'node:stream';
import { LaurelError } from '#libs/contracts';
import { CurrentIdentity, PathId, Roles, tenantOf, type Identity } from '#libs/service-kit';
import { Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ExportPayoutRun } from '../use-cases/export-payout-run.ts';
import { FindPayoutRuns } from '../use-cases/find-payout-runs.ts';
import { SettlePayoutRun } from '../use-cases/settle-payout-run.ts';
import { ExportRequest } from './export.request.ts';
import { paymentFile } from './payment-file.ts';
import { resultsOnWire } from './payout-run-on-wire.ts';
import { readResults } from './results-file.ts';

/** The files of a payout run: what goes to the provider, and what comes back. Both pass through as they come. */
@Controller('v1/payout-runs')
@Roles('admin')
export class PayoutFilesController {
  constructor(
    private readonly exportPayoutRun: ExportPayoutRun,
    private readonly settlePayoutRun: SettlePayoutRun,
    private readonly findPayoutRuns: FindPayoutRuns,
  ) {}

  @Get(':id/export')
  async export(
    @Param('id', PathId) id: string,
    @Query() query: ExportRequest,
    @CurrentIdentity() identity: Identity,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Readable> {
    const clientId = tenantOf(identity);
    const asked = { adminId: identity.subject, again: query.again === 'true' };
    const run = await this.exportPayoutRun.begin(clientId, id, asked);
    void reply.header('content-type', 'text/csv; charset=utf-8');
    void reply.header('content-disposition', `attachment; filename="payout-run-${run.id}.csv"`);
    void reply.header('cache-control', 'no-store');
    return Readable.from(paymentFile(run.currency, this.exportPayoutRun.payouts(clientId, run)), { objectMode: false });
  }

  /** Needs no key: every line is booked once, however often it comes. */
  @Post(':id/results')
  @HttpCode(200)
  async results(
    @Param('id', PathId) runId: string,
    @Req() request: FastifyRequest,
    @CurrentIdentity() identity: Identity,
  ) {
    const clientId = tenantOf(identity);
    const { body } = request;
    if (!(body instanceof Readable)) {
      throw new LaurelError('unsupported_media_type', 'the results are sent as a text/csv body');
    }
    const sent = { runId, adminId: identity.subject };
    const lines = await this.settlePayoutRun.execute(clientId, sent, readResults(piecesOf(body)));
    return resultsOnWire(await this.findPayoutRuns.one(runId, clientId), lines);
  }
}

/** What is refused midway is answered all the same: the rest of the body is dropped, not its connection. */
function piecesOf(body: Readable): AsyncIterable<Buffer> {
  return body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
}
