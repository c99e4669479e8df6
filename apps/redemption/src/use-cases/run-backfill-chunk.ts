import type { BackfillId } from '#libs/kernel';
import { keyOf, lockKey } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { BackfillChunkRepository } from '../persistence/backfill-chunk.repository.ts';
import { BackfillSliceRepository } from '../persistence/backfill-slice.repository.ts';
import { GrantRepository } from '../persistence/grant.repository.ts';
import { RewardRepository } from '../persistence/reward.repository.ts';

export interface ChunkDone {
  readonly met: number;
  /** Somebody shall tell how far the job is. */
  readonly isProgressDue: boolean;
}

/**
 * One chunk of a job: the next creators of a slice, in key order, brought in line with what the reward says now. Rows,
 * cursor and events are one transaction, so a crash redoes this chunk and no other. Locks in the order of all grants:
 * the key of its events (a lane would keep every claim of the lane waiting for it), the client's grant lock, creators,
 * redemptions; before them the slice, which other workers pass over, and never wait for. The lease of a slice is that
 * lock: who is held up for longer than the session's timeouts has lost it with the transaction, and can not commit.
 */
@Injectable()
export class RunBackfillChunk {
  constructor(
    private readonly slices: BackfillSliceRepository,
    private readonly chunks: BackfillChunkRepository,
    private readonly rewards: RewardRepository,
    private readonly grants: GrantRepository,
  ) {}

  /** @returns undefined when there is no slice to be had, or the job does not run. */
  async execute(
    of: { readonly id: BackfillId; readonly creatorsPerChunk: number },
    tx: TenantTransaction,
  ): Promise<ChunkDone | undefined> {
    const free = await this.slices.tryLockOne(of.id, 'chunks', tx);
    if (free === undefined) return undefined;
    await lockKey(tx, keyOf(tx.clientId, free.aggregateId));
    await this.grants.lockShared(tx);
    const slice = await this.slices.hold(free, tx);
    if (slice.status !== 'running' || slice.done) return undefined;
    const reward = await this.rewards.find(slice.rewardId, tx);
    if (reward === undefined) return undefined;
    const chunk = await this.chunks.lockMembers({ slice, reward }, of.creatorsPerChunk, tx);
    return { met: await this.chunks.align(chunk, tx), isProgressDue: slice.isProgressDue };
  }
}
