import { EntitlementsChangedV1, newEvent, type NewEvent } from '#libs/contracts';
import type { CreatorId } from '#libs/kernel';
import { Outbox } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { sumUpSteps, type TierMove, type TierStep } from '../domain/entitlement/departure.ts';
import { CreatorTierRepository, type CreatorTier } from '../persistence/creator-tier.repository.ts';
import { GrantRepository, type GrantEffects, type GrantedRow } from '../persistence/grant.repository.ts';
import { OpenGrants } from './open-grants.ts';

export interface TierChange extends TierStep {
  readonly creatorId: CreatorId;
}

/** A creator's changes that are news, and what they sum up to. */
interface MovedCreator extends TierMove {
  readonly creatorId: CreatorId;
  readonly fresh: readonly TierChange[];
}

/** Hides what the old tier granted, brings back or creates what the new one grants. Stale versions change nothing. */
@Injectable()
export class ApplyTierChanges {
  constructor(
    private readonly openGrants: OpenGrants,
    private readonly creatorTiers: CreatorTierRepository,
    private readonly grants: GrantRepository,
    private readonly outbox: Outbox,
  ) {}

  async execute(changes: readonly TierChange[], tx: TenantTransaction): Promise<void> {
    await this.openGrants.execute(tx);
    const byCreator = Map.groupBy(changes, (change) => change.creatorId);
    const known = await this.creatorTiers.lockForChange([...byCreator.keys()], tx);
    const moved = [...byCreator].flatMap(([creatorId, steps]) => sumUp(creatorId, steps, known.get(creatorId)));
    if (moved.length === 0) return;
    await this.creatorTiers.move(moved, tx);
    const scope = { creatorIds: moved.map((move) => move.creatorId), reasons: moved.map((move) => move.reason) };
    const effects = await this.grants.align(scope, tx);
    await this.outbox.append(tx, entitlementEvents(tx.clientId, moved, effects));
  }
}

/** A tier change may come before the creator is onboarded: it is then in the tier that its first change left. */
function sumUp(creatorId: CreatorId, steps: readonly TierChange[], known: CreatorTier | undefined): MovedCreator[] {
  const before = known ?? { tier: steps[0]?.tierBefore ?? 1, tierVersion: 0 };
  const move = sumUpSteps(steps, before);
  if (move === undefined) return [];
  return [{ creatorId, ...move, fresh: steps.filter((step) => step.tierVersion > before.tierVersion) }];
}

/** One for each tier change, so that versions have no gap: those that a later one of the batch outdid changed nothing. */
function entitlementEvents(clientId: string, moved: readonly MovedCreator[], effects: GrantEffects): NewEvent[] {
  const created = idsByCreator(effects.created);
  const broughtBack = idsByCreator(effects.broughtBack);
  const hidden = idsByCreator(effects.hidden);
  return moved.flatMap(({ creatorId, tierVersion, fresh }) =>
    fresh.map((step) => {
      const ids = (of: Map<CreatorId, string[]>) => (step.tierVersion === tierVersion ? (of.get(creatorId) ?? []) : []);
      return newEvent(EntitlementsChangedV1, {
        clientId,
        aggregateId: creatorId,
        subject: creatorId,
        aggregateVersion: step.tierVersion,
        data: {
          tier: step.tierAfter,
          tierVersion: step.tierVersion,
          created: ids(created),
          broughtBack: ids(broughtBack),
          hidden: ids(hidden),
        },
      });
    }),
  );
}

function idsByCreator(rows: readonly GrantedRow[]): Map<CreatorId, string[]> {
  const ids = new Map<CreatorId, string[]>();
  for (const { id, creatorId } of rows) {
    const present = ids.get(creatorId);
    if (present === undefined) ids.set(creatorId, [id]);
    else present.push(id);
  }
  return ids;
}
