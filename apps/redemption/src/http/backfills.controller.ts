import { LaurelError } from '#libs/contracts';
import type { BackfillId } from '#libs/kernel';
import { Database } from '#libs/persistence';
import { CurrentIdentity, page, PathId, readCursor, Roles, tenantOf, type Identity } from '#libs/service-kit';
import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { BackfillControl } from '../domain/backfill/backfill-state.ts';
import { BackfillRepository } from '../persistence/backfill.repository.ts';
import { ControlBackfill } from '../use-cases/control-backfill.ts';
import { backfillOnWire } from './backfill-on-wire.ts';

@Controller('v1/backfills')
@Roles('admin')
export class BackfillsController {
  constructor(
    private readonly database: Database,
    private readonly backfills: BackfillRepository,
    private readonly controlBackfill: ControlBackfill,
  ) {}

  @Get()
  list(@CurrentIdentity() identity: Identity, @Query() query: Record<string, unknown>) {
    const clientId = tenantOf(identity);
    const window = readCursor(query, { tenant: clientId, position: ['uuid'] });
    return this.database.inTenant(clientId, async (tx) => {
      const jobs = await this.backfills.list({ before: window.after?.[0], fetch: window.fetch }, tx);
      return page(jobs.map(backfillOnWire), window, (job) => [job.id]);
    });
  }

  @Get(':id')
  async get(@CurrentIdentity() identity: Identity, @Param('id', PathId) id: BackfillId) {
    const job = await this.database.inTenant(tenantOf(identity), (tx) => this.backfills.find(id, tx));
    if (job === undefined) throw new LaurelError('not_found', 'there is no such backfill');
    return backfillOnWire(job);
  }

  @Post(':id/pause')
  @HttpCode(202)
  pause(@CurrentIdentity() identity: Identity, @Param('id', PathId) id: BackfillId) {
    return this.#control(identity, id, 'pause');
  }

  @Post(':id/resume')
  @HttpCode(202)
  resume(@CurrentIdentity() identity: Identity, @Param('id', PathId) id: BackfillId) {
    return this.#control(identity, id, 'resume');
  }

  @Post(':id/cancel')
  @HttpCode(202)
  cancel(@CurrentIdentity() identity: Identity, @Param('id', PathId) id: BackfillId) {
    return this.#control(identity, id, 'cancel');
  }

  async #control(identity: Identity, id: BackfillId, control: BackfillControl) {
    const job = await this.database.inTenant(tenantOf(identity), (tx) => this.controlBackfill.execute(id, control, tx));
    return backfillOnWire(job);
  }
}
