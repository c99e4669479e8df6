import { describe, expect, it } from '@jest/globals';
import { html } from './html.ts';

describe('HTML made of what comes from outside', () => {
  it('escapes text and attributes', () => {
    const evil = `<script>alert('1')</script>" onload="x` + '`&amp;';
    const { text } = html`<p title="${evil}">${evil}</p>`;
    expect(text.match(/[<>"'`]/g)).toEqual(['<', '"', '"', '>', '<', '>']);
    expect(text).toContain('&#38;amp;');
  });

  it('takes markup as it is, and lists of it in their order', () => {
    expect(html`<ul>${[1, 2].map((n) => html`<li>${n}</li>`)}</ul>${html``}`.text).toBe('<ul><li>1</li><li>2</li></ul>');
  });
});
