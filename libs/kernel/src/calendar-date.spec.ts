import { describe, expect, it } from '@jest/globals';
import { addDays, addMonths, daysBetween, parseCalendarDate, startOfWeek, toCalendarDate } from './calendar-date.ts';

describe('calendar dates', () => {
  it.each([
    ['2025-10-31', 4, '2026-02-28'],
    ['2025-10-31', 8, '2026-06-30'],
    ['2024-02-29', 12, '2025-02-28'],
    ['2024-02-29', 48, '2028-02-29'],
    ['2025-01-15', 4, '2025-05-15'],
    ['2025-12-31', 2, '2026-02-28'],
  ])('%s plus %i months is %s, anchored and clamped', (anchor, months, expected) => {
    expect(addMonths(toCalendarDate(anchor), months)).toBe(expected);
  });

  it.each(['2025-02-29', '2025-13-01', '2025-00-10', '2025-1-1', '25-01-01', '', '2025-01-01T00:00:00Z'])(
    'refuses %p',
    (text) => expect(parseCalendarDate(text)).toBeUndefined(),
  );

  it('counts days across a leap day and a year', () => {
    expect(addDays(toCalendarDate('2024-02-28'), 2)).toBe('2024-03-01');
    expect(daysBetween(toCalendarDate('2024-12-31'), toCalendarDate('2025-01-01'))).toBe(1);
  });

  it('begins the week on Sunday', () => {
    expect(startOfWeek(toCalendarDate('2026-11-22'))).toBe('2026-11-22');
    expect(startOfWeek(toCalendarDate('2026-11-21'))).toBe('2026-11-15');
  });
});
