import { addDays, toCalendarDate } from '#libs/kernel';
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

  it('a time that is missing is told as such', () => {
    const missing = { code: 'validation_failed', fault: 'required' };
    expect(readSchedule('commission_boost', nothing, today, zone)).toMatchObject(missing);
    expect(readSchedule('discount', nothing, today, zone)).toMatchObject(missing);
  });
});

/**
 * The days on which clocks change, by hand: the zone, the date, and in minutes how far its clocks are ahead of UTC from
 * then on and before. Most change on a Sunday, on which no discount starts; some on a weekday.
 */
const CHANGES = [
  ['America/New_York', '2026-03-08', -300, -240],
  ['America/New_York', '2026-11-01', -240, -300],
  ['Europe/Berlin', '2026-03-29', 60, 120],
  ['Europe/Berlin', '2026-10-25', 120, 60],
  ['Australia/Lord_Howe', '2026-04-05', 660, 630],
  ['Australia/Lord_Howe', '2026-10-04', 630, 660],
  ['Asia/Jerusalem', '2026-03-27', 120, 180],
  ['Africa/Cairo', '2026-04-24', 120, 180],
  ['Asia/Kolkata', '2026-03-27', 330, 330],
] as const;

describe('discounts around a change of the clocks', () => {
  it.each(CHANGES)('%s on %s: every quarter of an hour of three days', (zoneName, day, before, after) => {
    const date = toCalendarDate(day);
    const midnight = Date.parse(`${day}T00:00:00Z`);
    const accepted: string[] = [];
    const expected: string[] = [];
    for (const [offset, dayOfChange] of [
      [before, -1],
      [after, 0],
      [after, 1],
    ] as const) {
      for (let minute = 0; minute < 1_440; minute += 15) {
        // From 03:00 on the clocks have changed in all of these; earlier hours are refused under either reading.
        const at = new Date(midnight + (dayOfChange * 1_440 + minute - offset) * 60_000);
        const reading = readSchedule('discount', { ...nothing, scheduledAt: at }, addDays(date, -1), zoneName);
        if (reading.kind === 'schedule') accepted.push(at.toISOString());
        const weekday = new Date(midnight + dayOfChange * 86_400_000).getUTCDay() % 6 !== 0;
        if (weekday && minute >= 540 && minute < 960) expected.push(at.toISOString());
      }
    }
    expect(accepted).toEqual(expected);
  });

  it('the 30 days are those of the calendar, not hours', () => {
    const tuesday = toCalendarDate('2026-02-17'); // 30 days on is Thursday, 19 March
    const at = (text: string) =>
      readSchedule('discount', { ...nothing, scheduledAt: new Date(text) }, tuesday, zone).kind;
    expect(at('2026-03-19T19:59:00Z')).toBe('schedule');
    expect(at('2026-03-20T13:00:00Z')).toBe('refused');
  });
});
