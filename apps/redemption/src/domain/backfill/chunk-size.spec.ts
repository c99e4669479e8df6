import { describe, expect, it } from '@jest/globals';
import { nextChunkSize } from './chunk-size.ts';

const MOST = 2_000;

/** Chunks one after another, of which each takes so long for a creator. */
function sizes(msOf: (creators: number) => number, first: number): number[] {
  const chunks = [first];
  for (let n = 0; n < 30; n += 1) {
    const creators = chunks.at(-1) ?? first;
    chunks.push(nextChunkSize({ creators, tookMs: msOf(creators) }, MOST));
  }
  return chunks;
}

describe('the size of chunks', () => {
  it('is the most there may be where that is done in time', () => {
    expect(sizes((creators) => creators * 0.03, MOST)).toEqual(Array(31).fill(MOST));
  });

  it('settles where a chunk takes sixty milliseconds', () => {
    expect(sizes((creators) => 5 + creators * 0.2, MOST).at(-1)).toBeCloseTo(275, -1);
  });

  it('grows back when the database is quick again', () => {
    expect(sizes((creators) => creators * 0.03, 60).at(-1)).toBe(MOST);
  });

  it('falls by half at most, and not below fifty', () => {
    expect(sizes(() => 10_000, 400).slice(0, 5)).toEqual([400, 200, 100, 50, 50]);
  });

  it.each([1, 7, 50])('stays what was asked for where that is as few as %d', (most) => {
    expect([1, 100, 10_000].map((tookMs) => nextChunkSize({ creators: most, tookMs }, most))).toEqual(
      Array(3).fill(most),
    );
  });
});
