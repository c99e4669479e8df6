import { describe, expect, it } from '@jest/globals';
import { nightOf } from './night.ts';

describe('the night of an instant', () => {
  it.each([
    ['2026-03-01T02:59:59.999Z', 3, '2026-02-28'],
    ['2026-03-01T03:00:00.000Z', 3, '2026-03-01'],
    ['2026-03-02T02:59:59.999Z', 3, '2026-03-01'],
    ['2026-03-01T00:00:00.000Z', 0, '2026-03-01'],
    ['2026-03-01T22:59:59.999Z', 23, '2026-02-28'],
  ])('%s with the hour %i is %s', (now, hour, night) => {
    expect(nightOf(new Date(now), hour)).toBe(night);
  });
});
