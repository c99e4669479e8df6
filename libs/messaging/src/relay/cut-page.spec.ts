import { describe, expect, it } from '@jest/globals';
import { cutPage } from './cut-page.ts';
import type { OutboxRow } from './shard-leader.ts';

const row = (id: number, bytes: number): OutboxRow => ({
  xid: '1',
  id: String(id),
  topic: 'laurel.creator-sales',
  partition: 0,
  key: 'k',
  value: 'x'.repeat(bytes - 1),
});
const idsOf = (parts: OutboxRow[][]) => parts.map((part) => part.map(({ id }) => Number(id)));

describe('a page of the outbox', () => {
  it.each([
    ['under the limit', [40, 59], [[1, 2]]],
    ['at it', [40, 60], [[1, 2]]],
    ['just over it', [40, 61], [[1], [2]]],
    ['with a row that is larger by itself', [10, 500, 10, 10], [[1], [2], [3, 4]]],
    ['of nothing', [], []],
  ])('%s is sent in order, in parts', (_, sizes, expected) => {
    expect(
      idsOf(
        cutPage(
          sizes.map((bytes, index) => row(index + 1, bytes)),
          100,
        ),
      ),
    ).toEqual(expected);
  });

  it('is measured in bytes', () => {
    const wide = { ...row(1, 2), value: 'é'.repeat(49) };
    expect(idsOf(cutPage([wide, row(2, 10)], 100))).toEqual([[1], [2]]);
  });
});
