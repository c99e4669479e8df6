import { describe, expect, it } from '@jest/globals';
import { etagOf, versionOf } from './if-match.ts';

describe('If-Match', () => {
  it('names a version by its ETag', () => {
    expect(versionOf(etagOf(7))).toBe(7);
    expect(versionOf(' W/"7" ')).toBe(7);
  });

  it('is required, and is no wildcard', () => {
    expect(() => versionOf(undefined)).toThrow(expect.objectContaining({ code: 'precondition.required' }));
    for (const tag of ['*', '7', '"x"', '']) {
      expect(() => versionOf(tag)).toThrow(expect.objectContaining({ code: 'precondition.failed' }));
    }
  });
});
