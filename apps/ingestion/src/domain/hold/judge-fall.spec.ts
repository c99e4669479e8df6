import { describe, expect, it } from '@jest/globals';
import { judgeFall } from './judge-fall.ts';

const rules = (change: Partial<Parameters<typeof judgeFall>[0]>) =>
  judgeFall({ gmvBeforeMinor: 10_000n, gmvAfterMinor: 10_000n, creatorsBefore: 20, creatorsFalling: 0, ...change }).map(
    (reason) => reason.rule,
  );

describe('a file is held', () => {
  it.each([
    [8_001n, []],
    [8_000n, []],
    [7_999n, ['total_gmv']],
    [-1n, ['total_gmv']],
  ])('when the total of 10,000 falls to %d: %p', (gmvAfterMinor, expected) => {
    expect(rules({ gmvAfterMinor })).toEqual(expected);
  });

  it.each([
    [20, 2, []],
    [20, 3, ['creators']],
    [19, 19, []],
    [30, 3, []],
    [29, 3, ['creators']],
  ])('of %d creators when %d fall: %p', (creatorsBefore, creatorsFalling, expected) => {
    expect(rules({ creatorsBefore, creatorsFalling })).toEqual(expected);
  });

  it('for both reasons at once', () => {
    expect(rules({ gmvAfterMinor: 0n, creatorsFalling: 20 })).toEqual(['total_gmv', 'creators']);
  });

  it('never for its total in the beginning, when there is nothing to lose', () => {
    expect(rules({ gmvBeforeMinor: 0n, gmvAfterMinor: -5n, creatorsBefore: 0 })).toEqual([]);
    expect(rules({ gmvBeforeMinor: -10n, gmvAfterMinor: -50n })).toEqual([]);
  });
});
