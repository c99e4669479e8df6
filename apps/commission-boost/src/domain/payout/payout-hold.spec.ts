import { describe, expect, it } from '@jest/globals';
import { toCalendarDate } from '#libs/kernel';
import { isHeld, payableFrom } from './payout-hold.ts';

describe('the hold of a payout', () => {
  const from = payableFrom(toCalendarDate('2026-02-10'), 20);

  it('ends 20 days after the expiry date', () => expect(from).toBe('2026-03-02'));

  it.each([
    ['2026-03-01', true],
    ['2026-03-02', false],
    ['2026-03-03', false],
  ])('with the programme date %s is held: %p', (programmeDate, held) => {
    expect(isHeld(from, toCalendarDate(programmeDate))).toBe(held);
  });

  it('stands while the programme has not started', () => expect(isHeld(from, null)).toBe(true));
});
