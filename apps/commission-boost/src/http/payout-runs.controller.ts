import {
  Answer,
  CurrentIdentity,
  Idempotency,
  Idempotent,
  page,
  PathId,
  readCursor,
  Roles,
  tenantOf,
  type IdempotentCall,
  type Identity,
} from '#libs/service-kit';
import { Controller, Get, Param, Post, Query } from '@nestjs/common';
import { BeginPayoutRun } from '../use-cases/begin-payout-run.ts';
import { FindPayoutRuns } from '../use-cases/find-payout-runs.ts';
import { FreezePayouts } from '../use-cases/freeze-payouts.ts';
import { ReleasePayouts } from '../use-cases/release-payouts.ts';
import { payoutOnWire, payoutRunOnWire } from './payout-run-on-wire.ts';

interface ListQuery {
  readonly limit?: unknown;
  readonly cursor?: unknown;
}

/** Payout runs: what is payable, frozen together. */
@Controller('v1/payout-runs')
@Roles('admin')
export class PayoutRunsController {
  constructor(
    private readonly beginPayoutRun: BeginPayoutRun,
    private readonly releasePayouts: ReleasePayouts,
    private readonly freezePayouts: FreezePayouts,
    private readonly findPayoutRuns: FindPayoutRuns,
    private readonly idempotency: Idempotency,
  ) {}

  /**
   * The run is there before it is full. A request that breaks off is finished by the reconciler, or by itself when it
   * comes again: it finds its run, and what the run has become.
   */
  @Post()
  async create(@Idempotent() call: IdempotentCall, @CurrentIdentity() identity: Identity): Promise<Answer> {
    const { clientId } = call;
    await this.releasePayouts.execute(clientId);
    const begun = await this.idempotency.run(call, [], async (tx) => {
      const { id } = await this.beginPayoutRun.execute(identity.subject, tx);
      return new Answer(201, { id }, { Location: `/v1/payout-runs/${id}` });
    });
    const { id } = begun.body as { id: string };
    await this.freezePayouts.execute(clientId, id);
    return new Answer(begun.status, payoutRunOnWire(await this.findPayoutRuns.one(id, clientId)), begun.headers);
  }

  @Get()
  async list(@Query() query: ListQuery, @CurrentIdentity() identity: Identity) {
    const clientId = tenantOf(identity);
    const window = readCursor(query, { tenant: clientId, position: ['uuid'] });
    const runs = await this.findPayoutRuns.list({ before: window.after?.[0], fetch: window.fetch }, clientId);
    const { data, nextCursor } = page(runs, window, ({ run }) => [run.id]);
    return { data: data.map(payoutRunOnWire), nextCursor };
  }

  @Get(':id')
  async one(@Param('id', PathId) id: string, @CurrentIdentity() identity: Identity) {
    return payoutRunOnWire(await this.findPayoutRuns.one(id, tenantOf(identity)));
  }

  /** By the id of their boosts. */
  @Get(':id/payouts')
  async payouts(@Param('id', PathId) id: string, @Query() query: ListQuery, @CurrentIdentity() identity: Identity) {
    const clientId = tenantOf(identity);
    const window = readCursor(query, { tenant: clientId, filter: { id }, position: ['uuid'] });
    const asked = { after: window.after?.[0], fetch: window.fetch };
    const { run, payouts } = await this.findPayoutRuns.payouts(id, asked, clientId);
    const { data, nextCursor } = page(payouts, window, ({ boostId }) => [boostId]);
    return { data: data.map((payout) => payoutOnWire(run, payout)), nextCursor };
  }
}
