import { LaurelError } from '#libs/contracts';
import type { CreatorId } from '#libs/kernel';
import {
  assertOwn,
  CurrentIdentity,
  page,
  PathId,
  readCursor,
  Roles,
  tenantOf,
  waitForFact,
  type Identity,
} from '#libs/service-kit';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { formatMetric } from '../domain/program/metric-format.ts';
import { ReadDecisions } from '../use-cases/read-decisions.ts';
import { ReadTier, type TierReading } from '../use-cases/read-tier.ts';
import { decisionOnWire } from './decision-on-wire.ts';

@Controller('v1/creators/:id')
export class TierController {
  readonly #readTier: ReadTier;
  readonly #readDecisions: ReadDecisions;

  constructor(readTier: ReadTier, readDecisions: ReadDecisions) {
    this.#readTier = readTier;
    this.#readDecisions = readDecisions;
  }

  @Get('tier')
  @Roles('admin', 'creator')
  async tier(@CurrentIdentity() identity: Identity, @Param('id', PathId) id: string) {
    return tierOnWire(await this.#reading(identity, id));
  }

  @Get('decisions')
  @Roles('admin', 'creator')
  async decisions(
    @CurrentIdentity() identity: Identity,
    @Param('id', PathId) id: string,
    @Query() query: Record<string, unknown>,
  ) {
    const { program } = await this.#reading(identity, id);
    const clientId = tenantOf(identity);
    const binding = { tenant: clientId, filter: { decisionsOf: id }, position: ['integer'] } as const;
    const window = readCursor(query, binding);
    const after = Number(window.after?.[0] ?? 0);
    const rows = await this.#readDecisions.execute(clientId, id as CreatorId, after, window.fetch);
    const { data, nextCursor } = page(rows, window, (row) => [String(row.number)]);
    return { data: data.map((decision) => decisionOnWire(decision, program)), nextCursor };
  }

  async #reading(identity: Identity, id: string): Promise<TierReading> {
    assertOwn(identity, id);
    const reading = await waitForFact(() => this.#readTier.execute(tenantOf(identity), id as CreatorId));
    if (reading === undefined) throw new LaurelError('not_found', 'there is no such creator');
    return reading;
  }
}

function tierOnWire({ standing, outlook, program, asOf }: TierReading) {
  const wire = (value: bigint) => formatMetric(value, program);
  const { nextTier, keep, checkpointValue } = outlook;
  return {
    tier: standing.tier,
    tierName: program.tiers[standing.tier - 1]?.name ?? null,
    tierVersion: standing.tierVersion,
    reachedOn: standing.reachedOn,
    windowStart: standing.window?.start ?? null,
    dueDate: standing.window?.due ?? null,
    promotionValue: wire(outlook.promotionValue),
    checkpointValue: checkpointValue === null ? null : wire(checkpointValue),
    lifetimeValue: wire(standing.lifetime),
    base: wire(standing.base),
    opening: wire(standing.opening),
    nextTier: nextTier && { tier: nextTier.tier, threshold: wire(nextTier.threshold), missing: wire(nextTier.missing) },
    keep: keep && { threshold: wire(keep.threshold), missing: wire(keep.missing) },
    projectedTier: outlook.projectedTier,
    asOf,
  };
}
