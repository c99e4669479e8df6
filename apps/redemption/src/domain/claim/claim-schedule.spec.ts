import { toCalendarDate } from '#libs/kernel';
import { describe, expect, it } from '@jest/globals';
import { readSchedule } from './claim-schedule.ts';

const today = toCalendarDate('2026-03-25');
const zone = 'America/New_York';
const nothing = { scheduledDate: undefined, scheduledAt: undefined };

describe('what each type adds to a claim', () => {
  it.each(['gift_card', 'spark_ads', 'physical_gift', 'experience'] as const)('%s: nothing', (type) => {
    expect(readSchedule(type, nothing, today, zone)).toMatchObject({ kind: 'schedule', slot: null });
  });

  it('commission_boost: a date, and the creator’s boost slot', () => {
    const scheduledDate = toCalendarDate('2026-03-26');
    expect(readSchedule('commission_boost', { ...nothing, scheduledDate }, today, zone)).toEqual({
      kind: 'schedule',
      scheduledDate,
      scheduledAt: null,
      slot: 'boost',
    });
    expect(readSchedule('commission_boost', nothing, today, zone)).toMatchObject({ pointer: '/scheduledDate' });
    const now = { ...nothing, scheduledDate: today };
    expect(readSchedule('commission_boost', now, today, zone)).toMatchObject({ code: 'redemption.date_out_of_range' });
  });

  it.each([
    ['2026-03-25T13:00:00Z', 'schedule'],
    ['2026-03-25T12:59:00Z', 'refused'],
  ])('discount: a time of the client’s zone, %s: %s', (at, kind) => {
    expect(readSchedule('discount', { ...nothing, scheduledAt: new Date(at) }, today, zone).kind).toBe(kind);
    expect(readSchedule('discount', nothing, today, zone)).toMatchObject({ pointer: '/scheduledAt' });
  });

  it('discount: 09:00 is another instant once the clocks have changed', () => {
    const march6 = toCalendarDate('2026-03-06'); // winter time until Sunday the 8th
    const before = new Date('2026-03-06T14:00:00Z');
    const after = new Date('2026-03-09T13:00:00Z');
    for (const scheduledAt of [before, after]) {
      expect(readSchedule('discount', { ...nothing, scheduledAt }, march6, zone).kind).toBe('schedule');
      const earlier = new Date(scheduledAt.getTime() - 60_000);
      expect(readSchedule('discount', { ...nothing, scheduledAt: earlier }, march6, zone).kind).toBe('refused');
    }
  });
});
