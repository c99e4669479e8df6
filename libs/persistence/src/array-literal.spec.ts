import { describe, expect, it } from '@jest/globals';
import { arrayLiteral } from './array-literal.ts';

describe('a set as Postgres reads it', () => {
  it('quotes what Postgres would take for something else', () => {
    expect(
      arrayLiteral(['a', 'b c', '', 'NULL', 'null', 'nullable', 'x,y', '{}', 'say "hi"', 'back\\slash', null]),
    ).toBe('{a,"b c","","NULL","null",nullable,"x,y","{}","say \\"hi\\"","back\\\\slash",NULL}');
    expect(arrayLiteral(['2025-01-31', '0192-aa', 'line\nbreak', 'é'])).toBe('{2025-01-31,0192-aa,"line\nbreak","é"}');
  });

  it('writes numbers, bigints and booleans as they are', () => {
    expect(arrayLiteral([1, -2n, 0.5, true, undefined])).toBe('{1,-2,0.5,true,NULL}');
    expect(arrayLiteral([])).toBe('{}');
  });

  it('leaves to the driver what is none of these', () => {
    expect(arrayLiteral([Buffer.from('a')])).toBeUndefined();
    expect(arrayLiteral([new Date(0)])).toBeUndefined();
    expect(arrayLiteral([['nested']])).toBeUndefined();
  });
});
