import { describe, expect, it } from '@jest/globals';
import { toCalendarDate } from './calendar-date.ts';
import { instantAt, isTimeZone, wallClock } from './time-zone.ts';

describe('clocks of a zone', () => {
  it.each([
    ['2026-07-01', 14, 'America/New_York', '2026-07-01T18:00:00.000Z'],
    ['2026-01-01', 14, 'America/New_York', '2026-01-01T19:00:00.000Z'],
    ['2026-01-01', 14, 'Asia/Kathmandu', '2026-01-01T08:15:00.000Z'],
    ['2026-01-01', 14, 'Pacific/Kiritimati', '2026-01-01T00:00:00.000Z'],
  ])('%s %i:00 in %s', (date, hour, zone, expected) => {
    expect(instantAt(toCalendarDate(date), hour, 0, zone).toISOString()).toBe(expected);
  });

  it('moves a time in the spring gap forward by the gap', () => {
    const instant = instantAt(toCalendarDate('2026-03-08'), 2, 30, 'America/New_York');
    expect(wallClock(instant, 'America/New_York')).toEqual({ date: '2026-03-08', hour: 3, minute: 30 });
  });

  it('takes the earlier of the two readings in autumn', () => {
    expect(instantAt(toCalendarDate('2026-11-01'), 1, 30, 'America/New_York').toISOString()).toBe(
      '2026-11-01T05:30:00.000Z',
    );
  });

  it('knows zones by their names alone', () => {
    expect(isTimeZone('America/New_York')).toBe(true);
    expect(isTimeZone('+02:00')).toBe(false);
    expect(isTimeZone('Mars/Olympus')).toBe(false);
  });
});
