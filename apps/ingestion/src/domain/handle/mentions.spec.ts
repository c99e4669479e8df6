import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { mentionPattern, namesIn } from './mentions.ts';

const mentions = (text: string, handle: string) => new RegExp(mentionPattern(handle)).test(text.toLowerCase());

describe('a mention of a handle', () => {
  it.each([
    ['ana', 'ana', true],
    [' @Ana.Bay ,x', 'ana.bay', true],
    ['https://www.tiktok.com/@ana.bay/video/1', 'ana.bay', true],
    ['thanks @ana.bay.', 'ana.bay', true],
    ['https%3A%2F%2Ftiktok.com%2F%40ana.bay%2F', 'ana.bay', true],
    ['"a, title",@ANA_1', 'ana_1', true],
    ['@ana.bay', 'ana', false],
    ['joana', 'ana', false],
    ['ana_bay', 'ana', false],
    ['anaXbay', 'ana.bay', false],
  ])('in %j of %j: %s', (text, handle, expected) => {
    expect(mentions(text, handle)).toBe(expected);
    expect(namesIn(text).has(handle)).toBe(expected);
  });

  it('is found by its pattern and among the names alike, whatever stands around it', () => {
    const handle = fc.stringMatching(/^[a-z0-9_][a-z0-9._]{0,20}[a-z0-9_]$/);
    const around = fc.stringMatching(/^[ ,;"@/?:\-\n]{1,5}$/);
    fc.assert(
      fc.property(handle, around, around, fc.boolean(), (name, before, after, upper) => {
        const text = `x${before}${upper ? name.toUpperCase() : name}${after}y`;
        return mentions(text, name) && namesIn(text).has(name);
      }),
    );
  });
});
