import { describe, expect, it } from '@jest/globals';
import { day } from '../../../test/creator-history.ts';
import { dateDifference } from './date-entry.ts';

const businessDate = day('2026-03-10');
const openFrom = day('2026-02-01');

function dated(
  postDate: string,
  firstSighting: boolean,
  from: string | null = openFrom,
  attribution: 'ledger' | 'post_date' = 'ledger',
) {
  const open = from === null ? null : day(from);
  return dateDifference({ postDate: day(postDate), firstSighting, value: 1n }, businessDate, open, attribution);
}

describe('dating an entry', () => {
  it('dates a difference of a known video to the business date of the sync', () => {
    expect(dated('2026-03-01', false)).toBe('2026-03-10');
    expect(dated('2026-03-01', false, null)).toBe('2026-03-10');
  });

  it.each([
    ['2026-02-02', '2026-02-02'],
    ['2026-02-01', '2026-02-01'],
    ['2026-01-31', '2026-03-10'],
  ])('dates a first sighting posted on %s, with windows open from 2026-02-01, to %s', (postDate, expected) => {
    expect(dated(postDate, true)).toBe(expected);
  });

  it('dates a first sighting to its post date, however old, for a creator who has never left tier 1', () => {
    expect(dated('2016-01-01', true, null)).toBe('2016-01-01');
  });

  it('dates every difference to the post date under post_date, also before the open window', () => {
    expect(dated('2016-01-01', true, openFrom, 'post_date')).toBe('2016-01-01');
    expect(dated('2016-01-01', false, openFrom, 'post_date')).toBe('2016-01-01');
  });
});
