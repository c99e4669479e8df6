import { describe, expect, it } from '@jest/globals';
import { canonicalHandle } from './canonical-handle.ts';

describe('the canonical handle', () => {
  it.each([
    ['ana.bay', 'ana.bay'],
    ['  @Ana.Bay_7 ', 'ana.bay_7'],
    ['@WIM.LARK23514', 'wim.lark23514'],
    ['a', 'a'],
    ['x'.repeat(30), 'x'.repeat(30)],
  ])('of %p is %p', (text, handle) => {
    expect(canonicalHandle(text)).toBe(handle);
  });

  it.each(['', '  ', '@', '@@ana', '@ ana', 'x'.repeat(31), 'ana bay', 'ana-bay', 'änä', 'ana/bay', 'ana\u0000'])(
    'does not exist for %p',
    (text) => {
      expect(canonicalHandle(text)).toBeUndefined();
    },
  );
});
