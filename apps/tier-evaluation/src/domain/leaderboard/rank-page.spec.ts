import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { rankPage, valuesToCount } from './rank-page.ts';

/** How many of a whole board are above each value. */
function countIn(board: readonly bigint[]): (value: bigint) => number {
  return (value) => board.filter((other) => other > value).length;
}

function rankOfPage(board: readonly bigint[], page: readonly bigint[]): number[] {
  const count = countIn(board);
  return rankPage(page, new Map(valuesToCount(page).map((value) => [value, count(value)])));
}

describe('ranks of a page', () => {
  it('are shared by equal values, and the next lower value counts all of them', () => {
    expect(rankOfPage([9n, 7n, 7n, 7n, 3n], [9n, 7n, 7n, 7n, 3n])).toEqual([1, 2, 2, 2, 5]);
  });

  it('go on where a tie has begun on the page before', () => {
    expect(rankOfPage([9n, 7n, 7n, 7n, 3n, 3n, -1n], [7n, 3n, 3n, -1n])).toEqual([2, 5, 5, 7]);
  });

  it('of a page in the midst of one tie are one', () => {
    expect(rankOfPage([0n, 0n, 0n], [0n, 0n])).toEqual([1, 1]);
    expect(rankOfPage([5n], [])).toEqual([]);
  });

  it('are those of the whole board, wherever the page is cut', () => {
    const boards = fc.array(fc.bigInt(-3n, 3n), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(boards, fc.nat(40), fc.nat(40), (values, from, length) => {
        const board = values.toSorted((a, b) => Number(b - a));
        const page = board.slice(from, from + length);
        expect(rankOfPage(board, page)).toEqual(page.map((value) => countIn(board)(value) + 1));
      }),
    );
  });
});
