import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { LaurelError } from '#libs/contracts';
import { detached, readWhole } from './request-body.ts';

const chunks = (...parts: string[]) => Readable.from(parts.map((part) => Buffer.from(part)));

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'taken',
    (error: unknown) => (error instanceof LaurelError ? error.code : String(error)),
  );
}

describe('a body that is read whole', () => {
  it('is all of it, up to the limit', async () => {
    expect(String(await readWhole(chunks('ab', 'cd', 'e'), 5))).toBe('abcde');
    expect(await codeOf(readWhole(chunks('ab', 'cd', 'ef'), 5))).toBe('payload_too_large');
  });
});

describe('a body that passes through', () => {
  it('is all of it, up to the limit', async () => {
    expect(await text(detached(chunks('ab', 'cd', 'e'), 5))).toBe('abcde');
    expect(await codeOf(text(detached(chunks('ab', 'cd', 'ef'), 5)))).toBe('payload_too_large');
  });

  it('breaks when its source breaks', async () => {
    const source = new Readable({ read: () => undefined });
    const passing = text(detached(source, 5));
    source.destroy(new Error('the client hung up'));
    expect(await codeOf(passing)).toBe('Error: the client hung up');
  });

  it('is given up without its source, whose connection still has an answer to carry', () => {
    const source = chunks('ab', 'cd');
    detached(source, 5).destroy();
    expect(source.destroyed).toBe(false);
  });
});
