import { describe, expect, it } from '@jest/globals';
import { wantedTime } from './wanted-time.ts';

describe('the times of a claim', () => {
  it.each([
    ['2026-03-25T10:00Z', '2026-03-25T10:00:00.000Z'],
    ['2026-03-25T10:00:30.123456789-04:00', '2026-03-25T14:00:30.123Z'],
    ['2028-02-29T00:00:00+05:30', '2028-02-28T18:30:00.000Z'],
  ])('%s is %s', (text, instant) => {
    expect(wantedTime({ scheduledAt: text }).scheduledAt?.toISOString()).toBe(instant);
  });

  it.each(['2026-02-30T10:00:00Z', '2026-13-01T10:00:00Z', '2026-03-25T25:00:00Z', '2026-03-25T10:00:00+99:99'])(
    'there is no %s',
    (scheduledAt) => {
      expect(() => wantedTime({ scheduledAt })).toThrow(
        expect.objectContaining({
          code: 'validation_failed',
          faults: [expect.objectContaining({ pointer: '/scheduledAt', code: 'date' })],
        }),
      );
    },
  );

  it('a date is one of the calendar, and both may be left out', () => {
    expect(wantedTime({ scheduledDate: '2028-02-29' }).scheduledDate).toBe('2028-02-29');
    expect(() => wantedTime({ scheduledDate: '2026-02-29' })).toThrow(
      expect.objectContaining({ faults: [expect.objectContaining({ pointer: '/scheduledDate' })] }),
    );
    expect(wantedTime({ scheduledDate: null })).toEqual({ scheduledDate: undefined, scheduledAt: undefined });
  });
});
