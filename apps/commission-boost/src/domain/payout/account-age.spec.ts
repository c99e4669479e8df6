import { expect, it } from '@jest/globals';
import { isChangedShortlyBefore } from './account-age.ts';

const paid = new Date('2026-02-02T12:00:00Z');

it.each([
  ['just under 24 hours', '2026-02-01T12:00:00.001Z', 2, true],
  ['24 hours', '2026-02-01T12:00:00.000Z', 2, false],
  ['a minute', '2026-02-02T11:59:00Z', 3, true],
  ['a minute, but it was the first to be given', '2026-02-02T11:59:00Z', 1, false],
])('an account changed %s before the payment', (_, at, version, expected) => {
  expect(isChangedShortlyBefore(paid, { version, at: new Date(at) })).toBe(expected);
});
