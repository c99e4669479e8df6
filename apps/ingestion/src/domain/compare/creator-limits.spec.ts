import { describe, expect, it } from '@jest/globals';
import { judgeLargest } from './creator-limits.ts';

describe('the largest creator of a file', () => {
  it.each([
    [100_000, 20_000, undefined],
    [100_001, 1, /ana has 100001 new or changed videos/],
    [99_999, 20_001, /ana has videos of 20001 post dates/],
  ])('with %i rows of %i post dates', (rows, postDates, fault) => {
    const judged = judgeLargest({ handle: 'ana', rows, postDates });
    if (fault === undefined) expect(judged).toBeUndefined();
    else expect(judged).toMatch(fault);
  });
});
