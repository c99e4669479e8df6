import { describe, expect, it } from '@jest/globals';
import { LaurelError } from '#libs/contracts';
import { page, readCursor, type ListBinding } from './keyset.ts';

const A = '00000000-0000-4000-8000-00000000000a';
const B = '00000000-0000-4000-8000-00000000000b';
const binding: ListBinding = { tenant: A, filter: { status: 'claimed' }, position: ['date', 'uuid'] };
const rows = [1, 2, 3].map((n) => ({ on: `2026-01-0${n}`, id: B }));
const positionOf = (row: { on: string; id: string }) => [row.on, row.id];

function faultOf(query: { limit?: unknown; cursor?: unknown }, of: ListBinding = binding): string | undefined {
  try {
    readCursor(query, of);
    return undefined;
  } catch (error) {
    if (!(error instanceof LaurelError)) throw error;
    expect(error.code).toBe('validation_failed');
    return error.faults[0]?.pointer;
  }
}

function cursor(): string {
  const { nextCursor } = page(rows, readCursor({ limit: '2' }, binding), positionOf);
  if (nextCursor === null) throw new Error('there is no next page');
  return nextCursor;
}

describe('a list', () => {
  it('has 50 items a page unless told otherwise, and fetches one more', () => {
    expect(readCursor({}, binding)).toMatchObject({ limit: 50, fetch: 51, after: undefined });
  });

  it.each(['1', '200'])('takes a limit of %s', (limit) => {
    expect(readCursor({ limit }, binding).limit).toBe(Number(limit));
  });

  it.each(['0', '201', '-1', '1.5', 'all', '', 5])('refuses a limit of %p', (limit) => {
    expect(faultOf({ limit })).toBe('limit');
  });

  it('goes on after the last item of the page', () => {
    expect(readCursor({ cursor: cursor() }, binding).after).toEqual(['2026-01-02', B]);
  });

  it('ends with the page that takes all', () => {
    const window = readCursor({ limit: '3' }, binding);
    expect(page(rows, window, positionOf)).toEqual({ data: rows, nextCursor: null });
    expect(page([], window, positionOf)).toEqual({ data: [], nextCursor: null });
  });
});

describe('a cursor', () => {
  it.each<[string, Partial<ListBinding>]>([
    ['another client', { tenant: B }],
    ['another filter', { filter: { status: 'claimable' } }],
    ['no filter', { filter: {} }],
  ])('does not serve %s', (_, other) => {
    expect(faultOf({ cursor: cursor() }, { ...binding, ...other })).toBe('cursor');
  });

  it('serves the same filter in another order, absent members left out', () => {
    const asked = { tenant: A, filter: { b: 1, a: 'x', c: undefined }, position: ['uuid'] } as const;
    const made = page([B, B], readCursor({ limit: '1' }, asked), (id) => [id]).nextCursor;
    expect(faultOf({ cursor: made }, { ...asked, filter: { a: 'x', b: 1, c: null } })).toBeUndefined();
  });

  it('is refused when a single character is altered', () => {
    const sound = cursor();
    for (let index = 0; index < sound.length; index++) {
      const altered = sound.slice(0, index) + (sound[index] === 'A' ? 'B' : 'A') + sound.slice(index + 1);
      if (Buffer.from(altered, 'base64url').equals(Buffer.from(sound, 'base64url'))) continue;
      expect(faultOf({ cursor: altered })).toBe('cursor');
    }
  });

  it.each(['', 'x', 'W10', Buffer.from('{"a":1}').toString('base64url'), 5, ['a']])('is not %p', (given) => {
    expect(faultOf({ cursor: given })).toBe('cursor');
  });
});
