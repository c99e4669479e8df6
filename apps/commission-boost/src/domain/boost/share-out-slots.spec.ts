import { describe, expect, it } from '@jest/globals';
import type { CreatorId, RedemptionId } from '#libs/kernel';
import { shareOutSlots } from './share-out-slots.ts';

const claim = (redemption: string, creator: string) => ({
  redemptionId: redemption as RedemptionId,
  creatorId: creator as CreatorId,
});

describe('the one slot of a creator', () => {
  const claims = [claim('r1', 'ann'), claim('r2', 'bob'), claim('r3', 'ann'), claim('r4', 'cid'), claim('r5', 'ann')];

  it('goes to the first claim; those behind it wait in order, and nobody else does', () => {
    const { scheduled, waiting } = shareOutSlots(claims, new Set());
    expect(scheduled.map(({ redemptionId }) => redemptionId)).toEqual(['r1', 'r2', 'r4']);
    expect(waiting.map(({ redemptionId }) => redemptionId)).toEqual(['r3', 'r5']);
  });

  it('that is taken lets all of the creator’s wait', () => {
    const { scheduled, waiting } = shareOutSlots(claims, new Set(['ann' as CreatorId]));
    expect(scheduled.map(({ redemptionId }) => redemptionId)).toEqual(['r2', 'r4']);
    expect(waiting.map(({ redemptionId }) => redemptionId)).toEqual(['r1', 'r3', 'r5']);
  });
});
