import { LaurelError } from '#libs/contracts';
import type { SyncId } from '#libs/kernel';
import { CurrentIdentity, PathId, Roles, tenantOf, waitForFact, type Identity } from '#libs/service-kit';
import { Controller, Get, Param } from '@nestjs/common';
import { formatMetric } from '../domain/program/metric-format.ts';
import type { Program } from '../domain/program/program.ts';
import { projectReview } from '../domain/standing/projection.ts';
import type { DecisionCount, WindowBelow } from '../persistence/impact.repository.ts';
import { ReadImpact, type ImpactReading } from '../use-cases/read-impact.ts';

@Controller('v1/syncs/:id/impact')
export class ImpactController {
  readonly #read: ReadImpact;

  constructor(read: ReadImpact) {
    this.#read = read;
  }

  @Get()
  @Roles('admin')
  async impact(@CurrentIdentity() identity: Identity, @Param('id', PathId) id: string) {
    const reading = await waitForFact(() => this.#read.execute(tenantOf(identity), id as SyncId));
    if (reading === undefined) throw new LaurelError('not_found', 'there is no such sync');
    return impactOnWire(reading);
  }
}

function impactOnWire({ sync, program, moved, decisions, below }: ImpactReading) {
  const wire = (value: bigint) => formatMetric(value, program);
  const checkpoints = decisions.filter(({ kind }) => kind === 'checkpoint');
  const ended = (outcome: DecisionCount['outcome']) =>
    checkpoints.reduce((sum, one) => sum + (one.outcome === outcome ? one.creators : 0), 0);
  return {
    syncId: sync.id,
    businessDate: sync.businessDate,
    moved: {
      up: { creators: moved.up.creators, value: wire(moved.up.value) },
      down: { creators: moved.down.creators, value: wire(moved.down.value) },
    },
    promotions: decisions.filter(({ kind }) => kind === 'promotion').map(changeOnWire),
    checkpoints: {
      maintained: ended('maintained'),
      demoted: ended('demoted'),
      promoted: ended('promoted'),
      changes: checkpoints.filter(({ outcome }) => outcome !== 'maintained').map(changeOnWire),
    },
    projectedBelow: {
      creators: below.creators,
      newly: below.newly,
      first: below.first.map((window) => windowOnWire(window, program)),
    },
  };
}

function changeOnWire({ tierBefore, tierAfter, creators }: DecisionCount) {
  return { tierBefore, tierAfter, creators };
}

function windowOnWire({ creatorId, tier, dueDate, value, newly }: WindowBelow, program: Program) {
  const { projectedTier, threshold, missing } = projectReview(tier, value, program.ladder);
  const wire = (amount: bigint) => formatMetric(amount, program);
  const figures = { value: wire(value), threshold: wire(threshold), missing: wire(missing) };
  return { creatorId, tier, projectedTier, dueDate, ...figures, newly };
}
