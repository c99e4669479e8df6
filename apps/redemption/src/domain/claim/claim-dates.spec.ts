import { toCalendarDate } from '#libs/kernel';
import { describe, expect, it } from '@jest/globals';
import { boostDateFault, discountTimeFault } from './claim-dates.ts';

const today = toCalendarDate('2026-03-25'); // a Wednesday
const at = (date: string, hour: number, minute: number) => ({ date: toCalendarDate(date), hour, minute });

describe('a boost starts from the day after the programme date to 7 days after it', () => {
  it.each(['2026-03-26', '2026-03-29', '2026-04-01'])('on %s', (date) => {
    expect(boostDateFault(toCalendarDate(date), today)).toBeUndefined();
  });
  it.each(['2026-03-24', '2026-03-25', '2026-04-02'])('not on %s', (date) => {
    expect(boostDateFault(toCalendarDate(date), today)).toMatch('2026-03-26 to 2026-04-01');
  });
});

describe('a discount starts on a weekday between 09:00 and 16:00, today or up to 30 days after', () => {
  it.each([
    ['2026-03-25', 9, 0],
    ['2026-03-27', 15, 59],
    ['2026-04-24', 12, 0],
  ])('on %s at %d:%d', (date, hour, minute) => {
    expect(discountTimeFault(at(date, hour, minute), today)).toBeUndefined();
  });
  it.each([
    ['2026-03-25', 8, 59],
    ['2026-03-25', 16, 0],
    ['2026-03-24', 12, 0],
    ['2026-03-28', 12, 0],
    ['2026-03-29', 12, 0],
    ['2026-04-27', 12, 0],
  ])('not on %s at %d:%d', (date, hour, minute) => {
    expect(discountTimeFault(at(date, hour, minute), today)).toEqual(expect.any(String));
  });
});
