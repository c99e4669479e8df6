import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { LaurelError } from '#libs/contracts';
import { begun, detached, readWhole } from './request-body.ts';

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

describe('a body that is about to be passed on', () => {
  it.each([
    ['with something in it', 'abc'],
    ['with nothing in it', ''],
  ])('%s is waited for and flows on whole', async (_, content) => {
    const body = new PassThrough();
    const waited = begun(body, 5_000);
    body.end(content);
    await waited;
    expect(await text(detached(body, 10))).toBe(content);
  });

  it('that has ended by then, or broken off, is not waited for', async () => {
    const ended = new PassThrough().end();
    await begun(ended, 5_000);
    expect(await text(detached(ended, 10))).toBe('');
    const broken = new PassThrough();
    broken.destroy();
    await begun(broken, 5_000);
    await expect(text(detached(broken, 10))).rejects.toThrow(/broken off/);
  });

  it('that does not come is given up', async () => {
    expect(await codeOf(begun(new PassThrough(), 5))).toBe('sync.upload_stalled');
  });
});
