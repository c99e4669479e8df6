import { toCalendarDate } from '#libs/kernel';
import { describe, expect, it } from '@jest/globals';
import { readHeader, type Column, type Header } from './columns.ts';
import { readRow } from './read-row.ts';

const NAMES = ['Handle', 'Video', 'Views', 'Likes', 'Comments', 'GMV', 'CTR', 'Units Sold', 'Post Date', 'Video Title'];
const TERMS = { businessDate: toCalendarDate('2026-01-31'), decimals: 2 };
const SOUND: Record<string, string> = {
  Handle: '@Ana',
  Video: 'https://www.tiktok.com/@ana/video/1?lang=en',
  Views: '1,000',
  Likes: '20',
  Comments: '3',
  GMV: '$12.50',
  CTR: '3.1%',
  'Units Sold': '-1',
  'Post Date': '2026-01-31',
  'Video Title': 'a title',
};

function header(): Header {
  const reading = readHeader(NAMES);
  if (reading.kind !== 'header') throw new Error('the names are the ten columns');
  return reading.header;
}

const read = (changed: Partial<Record<Column, string>>) =>
  readRow(
    NAMES.map((name) => ({ ...SOUND, ...changed })[name] ?? ''),
    header(),
    TERMS,
  );

describe('a row', () => {
  it('that is sound is read', () => {
    expect(read({})).toEqual({
      kind: 'sound',
      handle: 'ana',
      videoUrl: 'tiktok.com/@ana/video/1',
      views: 1_000n,
      likes: 20n,
      comments: 3n,
      gmvMinor: 1_250n,
      units: -1n,
      postDate: '2026-01-31',
    });
  });

  it.each<[Column, string, string]>([
    ['Handle', 'a b', 'handle'],
    ['Video', 'tiktok.com/1', 'video'],
    ['Views', '1.2K', 'count'],
    ['Likes', '', 'count'],
    ['Comments', '1.5', 'count'],
    ['Units Sold', 'none', 'count'],
    ['GMV', 'N/A', 'gmv'],
    ['CTR', 'high', 'ctr'],
    ['Post Date', '', 'post date'],
    ['Post Date', '2026-02-01', 'post date'],
    ['Post Date', '2026-02-30', 'post date'],
    ['Post Date', '31.01.2026', 'post date'],
    ['Video Title', 'x'.repeat(2_201), 'title'],
  ])('with %s %p is quarantined', (column, cell, reason) => {
    expect(read({ [column]: cell })).toEqual({ kind: 'fault', column, reason });
  });

  it('has one reason: the first failing column in the order of the table, where units stand before GMV', () => {
    expect(read({ GMV: 'N/A', 'Units Sold': 'x', CTR: 'x' })).toMatchObject({ column: 'Units Sold' });
    expect(read({ GMV: 'N/A', CTR: 'x' })).toMatchObject({ column: 'GMV' });
  });

  it('with another number of fields is quarantined for that alone', () => {
    expect(readRow(['a b', 'c'], header(), TERMS)).toEqual({ kind: 'fault', column: null, reason: 'columns' });
    expect(readRow([...NAMES, 'more'], header(), TERMS)).toMatchObject({ reason: 'columns' });
  });
});
