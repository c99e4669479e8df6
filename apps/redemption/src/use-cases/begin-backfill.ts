import { randomUUID } from 'node:crypto';
import { PARTITIONS } from '#libs/contracts';
import type { BackfillId, ClientId } from '#libs/kernel';
import { keyOf, lockLanes, partitionOf } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { nextStep } from '../domain/backfill/backfill-state.ts';
import { sliceCount, slicesBetween } from '../domain/backfill/slices.ts';
import type { Reward } from '../domain/reward/reward.ts';
import { BackfillSliceRepository } from '../persistence/backfill-slice.repository.ts';
import { BackfillRepository, type JobOf } from '../persistence/backfill.repository.ts';
import { CreatorTierRepository } from '../persistence/creator-tier.repository.ts';
import { RewardRepository } from '../persistence/reward.repository.ts';

/** Cuts a job into slices, so that many can work on it. Counting and sampling come before the lane: they read only. */
@Injectable()
export class BeginBackfill {
  constructor(
    private readonly backfills: BackfillRepository,
    private readonly slices: BackfillSliceRepository,
    private readonly rewards: RewardRepository,
    private readonly creatorTiers: CreatorTierRepository,
  ) {}

  /** @returns false when another worker has begun it, or it is not to be begun any more. */
  async execute(of: JobOf, tx: TenantTransaction): Promise<boolean> {
    const reward = await this.rewards.find(of.rewardId, tx);
    if (reward === undefined) return false;
    const members = await this.creatorTiers.countMembers(reward, tx);
    const ranges = slicesBetween(await this.#bounds(reward, members, tx));
    await lockLanes(tx, [keyOf(tx.clientId, of.rewardId)]);
    const job = await this.backfills.find(of.id, tx);
    if (job === undefined || nextStep(job.status, await this.slices.count(of.id, tx)) !== 'begin') return false;
    const slices = ranges.map((range, index) => ({
      ...range,
      aggregateId: idInLane(tx.clientId, laneOf(of.id, index)),
    }));
    await this.slices.insert(of.id, slices, tx);
    await this.backfills.begin(of.id, members, tx);
    return true;
  }

  /** Of a mission reward whoever has a row is met, in whatever tier: too few to be cut. */
  async #bounds(reward: Reward, members: number, tx: TenantTransaction): Promise<string[]> {
    if (reward.source !== 'vip_tier' || reward.tier === null) return [];
    const parts = sliceCount(members, PARTITIONS);
    return this.slices.bounds({ tier: reward.tier, members, parts }, tx);
  }
}

/** Every slice of a job in another lane; jobs begin at different ones. */
function laneOf(id: BackfillId, slice: number): number {
  return (Number.parseInt(id.slice(-4), 16) + slice) % PARTITIONS;
}

/** Slices that are written side by side have keys of different partitions, and are published side by side. */
function idInLane(clientId: ClientId, lane: number): string {
  for (;;) {
    const id = randomUUID();
    if (partitionOf(keyOf(clientId, id)) === lane) return id;
  }
}
