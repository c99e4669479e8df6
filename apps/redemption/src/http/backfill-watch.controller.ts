import { LaurelError } from '#libs/contracts';
import type { BackfillId } from '#libs/kernel';
import { Database } from '#libs/persistence';
import { PathId, Roles } from '#libs/service-kit';
import { Controller, Get, Param } from '@nestjs/common';
import { BackfillRepository } from '../persistence/backfill.repository.ts';
import { backfillOnWire } from './backfill-on-wire.ts';

/** For operators, who know a job by its id and belong to no client. */
@Controller('v1/ops/backfills')
@Roles('operator')
export class BackfillWatchController {
  constructor(
    private readonly database: Database,
    private readonly backfills: BackfillRepository,
  ) {}

  @Get(':id')
  get(@Param('id', PathId) id: BackfillId) {
    return this.database.inTransaction(async (tx) => {
      const clientId = await this.backfills.clientOf(id, tx);
      const job = clientId && (await this.backfills.find(id, await tx.enterTenant(clientId)));
      if (job === undefined) throw new LaurelError('not_found', 'there is no such backfill');
      return { clientId, ...backfillOnWire(job) };
    });
  }
}
