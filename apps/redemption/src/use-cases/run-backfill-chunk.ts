import type { BackfillId, CreatorId, RewardId } from '#libs/kernel';
import { keyOf, lockLanes } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { Reward } from '../domain/reward/reward.ts';
import type { Backfill } from '../persistence/backfill-row.ts';
import { BackfillRepository } from '../persistence/backfill.repository.ts';
import { CreatorTierRepository } from '../persistence/creator-tier.repository.ts';
import { GrantRepository, type GrantEffects } from '../persistence/grant.repository.ts';
import { RewardRepository } from '../persistence/reward.repository.ts';
import { AnnounceBackfill } from './announce-backfill.ts';

/** The relay of every service waits for the oldest writing transaction: chunks stay well under a second. */
const CREATORS_PER_CHUNK = 1_000;

export interface ChunkOf {
  readonly id: BackfillId;
  readonly rewardId: RewardId;
  readonly creatorsPerChunk?: number;
}

/**
 * One chunk of a job: the next creators of the reward's tier, in key order, brought in line with what the reward says
 * now. Rows, cursor and event are one transaction, so a crash redoes this chunk and no other. Locks in the order of all
 * grants: lane, the client's grant lock, creators, redemptions.
 */
@Injectable()
export class RunBackfillChunk {
  constructor(
    private readonly backfills: BackfillRepository,
    private readonly rewards: RewardRepository,
    private readonly creatorTiers: CreatorTierRepository,
    private readonly grants: GrantRepository,
    private readonly announce: AnnounceBackfill,
  ) {}

  /** @returns false when another worker has the job, or it has nothing left to do by itself. */
  async execute(of: ChunkOf, tx: TenantTransaction): Promise<boolean> {
    if (!(await this.backfills.tryLock(of.id, tx))) return false;
    await lockLanes(tx, [keyOf(tx.clientId, of.rewardId)]);
    await this.grants.lockShared(tx);
    const job = await this.backfills.find(of.id, tx);
    const reward = await this.rewards.find(of.rewardId, tx);
    if (job === undefined || reward === undefined || !['planned', 'running'].includes(job.status)) return false;
    if (job.status === 'planned') {
      await this.backfills.begin(job.id, await this.creatorTiers.countMembers(reward, tx), tx);
    }
    const limit = of.creatorsPerChunk ?? CREATORS_PER_CHUNK;
    const creatorIds = await this.creatorTiers.lockMembers(reward, job.cursor, limit, tx);
    const last = creatorIds.at(-1);
    if (last === undefined) {
      await this.backfills.setStatus(job.id, 'verifying', tx);
      await this.announce.execute(job.id, tx);
    } else {
      await this.announce.execute(job.id, tx, await this.#grant(job, reward, creatorIds, tx));
    }
    return true;
  }

  async #grant(
    job: Backfill,
    reward: Reward,
    creatorIds: readonly CreatorId[],
    tx: TenantTransaction,
  ): Promise<GrantEffects> {
    const effects = await this.grants.align({ creatorIds, rewardId: reward.id }, tx);
    const { alreadyOpen, excluded } = effects;
    const chunk = {
      eligible: creatorIds.length,
      created: effects.created.length,
      broughtBack: effects.broughtBack.length,
      hidden: effects.hidden.length,
      alreadyOpen,
      excluded,
    };
    await this.backfills.addChunk(job.id, creatorIds.at(-1) as CreatorId, chunk, tx);
    return effects;
  }
}
