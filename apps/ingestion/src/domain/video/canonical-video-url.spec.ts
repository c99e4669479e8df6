import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalVideoUrl } from './canonical-video-url.ts';

describe('the canonical URL of a video', () => {
  it.each([
    ['https://www.tiktok.com/@ana/video/78?lang=en', 'tiktok.com/@ana/video/78'],
    ['http://m.TikTok.com/@Ana/video/78/', 'tiktok.com/@Ana/video/78'],
    ['  HTTPS://tiktok.com/@ana/video/78#top ', 'tiktok.com/@ana/video/78'],
    ['https://tiktok.com//', 'tiktok.com'],
    ['https://tiktok.com', 'tiktok.com'],
    ['https://tiktok.com:443/a', 'tiktok.com/a'],
    ['https://tiktok.com:8443/a', 'tiktok.com:8443/a'],
    ['https://ana:secret@tiktok.com/a', 'tiktok.com/a'],
    ['https://tiktok.com/a/../b', 'tiktok.com/b'],
    ['https://tiktok.com/é', 'tiktok.com/%C3%A9'],
  ])('%p is %p', (text, url) => {
    expect(canonicalVideoUrl(text)).toBe(url);
  });

  it('ignores the scheme and keeps the case of the path', () => {
    expect(canonicalVideoUrl('http://tiktok.com/Ab')).toBe(canonicalVideoUrl('https://tiktok.com/Ab'));
    expect(canonicalVideoUrl('https://tiktok.com/Ab')).not.toBe(canonicalVideoUrl('https://tiktok.com/ab'));
  });

  it.each([
    '',
    'tiktok.com/@ana/video/78',
    '/video/78',
    'ftp://tiktok.com/a',
    'https:tiktok.com/a',
    'https://',
    'N/A',
    'https://a b/c',
  ])('does not exist for %p', (text) => {
    expect(canonicalVideoUrl(text)).toBeUndefined();
  });

  it('of a plain URL, which is not parsed, is that of the parser', () => {
    const label = fc.stringMatching(/^[a-zA-Z0-9]([a-zA-Z0-9-]{0,6}[a-zA-Z0-9])?$/);
    const segment = fc.stringMatching(/^[A-Za-z0-9@._~-]{0,12}$/);
    fc.assert(
      fc.property(
        fc.array(label, { minLength: 1, maxLength: 4 }),
        fc.array(segment, { maxLength: 5 }),
        (labels, path) => {
          const text = `https://${labels.join('.')}.com/${path.join('/')}?q=1`;
          const parsed = new URL(text);
          const expected = parsed.host.replace(/^(?:www|m)\./, '') + parsed.pathname.replace(/\/+$/, '');
          expect(canonicalVideoUrl(text)).toBe(expected);
        },
      ),
    );
  });
});
