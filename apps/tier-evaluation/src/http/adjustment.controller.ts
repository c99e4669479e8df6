import { LaurelError } from '#libs/contracts';
import { toCalendarDate, type CreatorId } from '#libs/kernel';
import { keyOf } from '#libs/messaging';
import { Database } from '#libs/persistence';
import { Erasures } from '#libs/secrets';
import {
  answer,
  CurrentIdentity,
  Idempotency,
  Idempotent,
  PathId,
  Roles,
  tenantOf,
  waitForFact,
  type Answer,
  type IdempotentCall,
  type Identity,
} from '#libs/service-kit';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { formatMetric } from '../domain/program/metric-format.ts';
import { StandingRepository } from '../persistence/standing.repository.ts';
import { RecordAdjustment, type AdjustmentRecord } from '../use-cases/record-adjustment.ts';
import { AdjustmentRequest } from './adjustment.request.ts';

@Controller('v1/creators/:id/adjustments')
export class AdjustmentController {
  readonly #database: Database;
  readonly #standings: StandingRepository;
  readonly #idempotency: Idempotency;
  readonly #record: RecordAdjustment;
  readonly #erasures: Erasures;

  constructor(
    database: Database,
    standings: StandingRepository,
    idempotency: Idempotency,
    record: RecordAdjustment,
    erasures: Erasures,
  ) {
    this.#database = database;
    this.#standings = standings;
    this.#idempotency = idempotency;
    this.#record = record;
    this.#erasures = erasures;
  }

  @Post()
  @Roles('admin')
  async post(
    @CurrentIdentity() identity: Identity,
    @Param('id', PathId) id: string,
    @Idempotent() call: IdempotentCall,
    @Body() body: AdjustmentRequest,
  ): Promise<Answer> {
    const clientId = tenantOf(identity);
    const creatorId = id as CreatorId;
    const known = await waitForFact(() =>
      this.#database.inTenant(clientId, (tx) => this.#standings.find(tx, creatorId)),
    );
    if (known === undefined) throw new LaurelError('not_found', 'there is no such creator');
    const { effectiveDate, ...rest } = body;
    const command = {
      ...rest,
      creatorId,
      effectiveDate: effectiveDate ? toCalendarDate(effectiveDate) : null,
      recordedBy: `${identity.role}:${identity.subject}`,
    };
    return this.#idempotency.run(call, [keyOf(clientId, creatorId)], async (tx) => {
      await this.#erasures.refuseErased(creatorId, tx);
      return answer(201, adjustmentOnWire(await this.#record.execute(command, tx)));
    });
  }
}

function adjustmentOnWire({ adjustment, program }: AdjustmentRecord) {
  const value =
    program.metric === 'sales'
      ? { amount: { amount: formatMetric(adjustment.value, program), currency: program.currency } }
      : { units: Number(adjustment.value) };
  return {
    id: adjustment.id,
    creatorId: adjustment.creatorId,
    ...value,
    effectiveDate: adjustment.effectiveOn,
    kind: adjustment.kind,
    reason: adjustment.reason,
    recordedAt: adjustment.recordedAt.toISOString(),
  };
}
