import { toCalendarDate } from '#libs/kernel';
import { describe, expect, it } from '@jest/globals';
import { compareFile, type FileRow, type KnownVideo } from './compare-file.ts';

const FIGURES = { views: 100n, likes: 10n, comments: 1n, gmvMinor: 500n, units: 2n };
const POSTED = toCalendarDate('2026-01-05');
const known = new Map<string, KnownVideo>([['v1', { ...FIGURES, handle: 'ana', postDate: POSTED }]]);

const row = (line: number, changed: Partial<FileRow> = {}): FileRow => ({
  ...FIGURES,
  line,
  handle: 'ana',
  videoKey: 'v1',
  postDate: POSTED,
  ...changed,
});

const kinds = (...rows: FileRow[]) => [...compareFile(rows, known).values()].map((verdict) => verdict.kind);

describe('comparing a file with the snapshot', () => {
  it('calls a video unchanged when its five numbers are as before', () => {
    expect(kinds(row(2))).toEqual(['unchanged']);
  });

  it.each(['views', 'likes', 'comments', 'gmvMinor', 'units'] as const)('calls it changed when %s moves', (figure) => {
    const verdict = compareFile([row(2, { [figure]: FIGURES[figure] - 1n })], known).get(2);
    expect(verdict).toMatchObject({ kind: 'changed', difference: { [figure]: -1n } });
  });

  it('keeps the post date of a known video as first seen', () => {
    const verdict = compareFile([row(2, { views: 101n, postDate: toCalendarDate('2026-01-09') })], known).get(2);
    expect(verdict).toMatchObject({ kind: 'changed', postDate: '2026-01-05' });
  });

  it('lets the last valid row of a video win and counts the earlier ones as duplicates', () => {
    expect(kinds(row(2, { views: 200n }), row(3, { views: 300n }), row(4))).toEqual([
      'duplicate',
      'duplicate',
      'unchanged',
    ]);
  });

  it('quarantines a known video under another handle; the row never wins', () => {
    expect(kinds(row(2, { views: 200n }), row(3, { handle: 'bob' }))).toEqual(['changed', 'owner_changed']);
    expect(kinds(row(2, { handle: 'bob' }))).toEqual(['owner_changed']);
  });

  it('gives a new video to the handle of its last row', () => {
    const rows = [row(2, { videoKey: 'v2' }), row(3, { videoKey: 'v2', handle: 'bob' })];
    expect(kinds(...rows)).toEqual(['duplicate', 'new']);
  });

  it('books a new video with all its figures, also when they are nothing', () => {
    const nothing = { views: 0n, likes: 0n, comments: 0n, gmvMinor: 0n, units: 0n };
    expect(compareFile([row(2, { videoKey: 'v2', ...nothing })], known).get(2)).toEqual({
      kind: 'new',
      postDate: POSTED,
      difference: nothing,
    });
  });
});
