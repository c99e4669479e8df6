import { describe, expect, it } from '@jest/globals';
import { readHeader } from './columns.ts';

const NAMES = ['Handle', 'Video', 'Views', 'Likes', 'Comments', 'GMV', 'CTR', 'Units Sold', 'Post Date', 'Video Title'];

describe('the header', () => {
  it('is read in any order and case, with spaces around', () => {
    const shuffled = [...NAMES]
      .reverse()
      .map((name, index) => (index % 2 ? ` ${name.toUpperCase()} ` : name.toLowerCase()));
    const reading = readHeader(shuffled);
    expect(reading.kind === 'header' && reading.header.positions).toMatchObject({
      Handle: 9,
      'Video Title': 0,
      GMV: 4,
    });
  });

  it('reports the columns it ignores, as written', () => {
    const reading = readHeader(['Note', ...NAMES, ' Campaign ']);
    expect(reading.kind === 'header' && reading.header).toMatchObject({ width: 12, ignored: ['Note', 'Campaign'] });
  });

  it('without a column refuses the file', () => {
    expect(readHeader(NAMES.filter((name) => name !== 'GMV' && name !== 'Video'))).toEqual({
      kind: 'missing',
      columns: ['Video', 'GMV'],
    });
  });

  it('with a column twice refuses the file, but an ignored one may repeat', () => {
    expect(readHeader([...NAMES, 'gmv'])).toEqual({ kind: 'repeated', columns: ['GMV'] });
    expect(readHeader([...NAMES, 'Note', 'Note']).kind).toBe('header');
  });
});
