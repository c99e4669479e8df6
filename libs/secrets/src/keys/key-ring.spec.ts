import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '#libs/service-kit';
import { eventually } from '#libs/testing';
import { afterAll, describe, expect, it } from '@jest/globals';
import { KeyRing } from './key-ring.ts';
import { masterKeysField, readSource } from './master-keys.ts';

const directory = mkdtempSync(join(tmpdir(), 'laurel-keys-'));
const file = join(directory, 'master-keys');
afterAll(() => rmSync(directory, { recursive: true }));

const entry = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
const [old, fresh] = [entry('2025'), entry('2026')];
const binding = Buffer.from('a place');
const dataKey = randomBytes(32);

function ringOf(text: string): KeyRing {
  const source = readSource(text);
  if (source === undefined) throw new Error('no source');
  return new KeyRing(source);
}

describe('the variable of master keys', () => {
  it('holds several, the current one first', () => {
    const { keys } = readConfig({ keys: masterKeysField('KEYS') }, { KEYS: `${fresh}, ${old}` });
    expect(keys.keys.map(({ id, key }) => [id, key.length])).toEqual([
      ['2026', 32],
      ['2025', 32],
    ]);
  });

  it('may name a file with one on a line, and remarks', () => {
    writeFileSync(file, `# the keys of 2026\n${fresh}\n\n${old}\n`);
    expect(readSource(`file:${file}`)?.keys.map(({ id }) => id)).toEqual(['2026', '2025']);
  });

  it.each(['', 'nonsense', `a:${randomBytes(31).toString('base64')}`, `a b:${old.slice(5)}`, `${old},${old}`])(
    'refuses %j',
    (text) => expect(readSource(text)).toBeUndefined(),
  );

  it('is not repeated when it is wrong', () => {
    const wrong = `key:${old}tail`;
    expect(() => readConfig({ keys: masterKeysField('KEYS') }, { KEYS: wrong })).toThrow(/KEYS: is not valid/);
    expect(() => readConfig({ keys: masterKeysField('KEYS') }, { KEYS: `file:${directory}/none` })).toThrow(/KEYS/);
  });
});

describe('a key ring', () => {
  it('wraps by the first key and unwraps by all, for the binding alone', async () => {
    const before = await ringOf(old).wrap(dataKey, binding);
    const ring = ringOf(`${fresh},${old}`);
    expect(before.masterKeyId).toBe('2025');
    expect((await ring.unwrap(before, binding)).equals(dataKey)).toBe(true);
    const after = await ring.wrap(dataKey, binding);
    expect([after.masterKeyId, ring.currentKeyId(), ring.keyIds()]).toEqual(['2026', '2026', ['2026', '2025']]);
    await expect(ring.unwrap(after, Buffer.from('elsewhere'))).rejects.toThrow();
    await expect(ringOf(old).unwrap(after, binding)).rejects.toThrow('there is no master key 2026');
  });

  it('follows its file: a key that it does not know at once, the current one soon, and no half-written file', async () => {
    writeFileSync(file, `${old}\n`);
    const [ring, other] = [ringOf(`file:${file}`), ringOf(`${fresh},${old}`)];
    const wrapped = await other.wrap(dataKey, binding);
    writeFileSync(file, 'half of a ke');
    await expect(ring.unwrap(wrapped, binding)).rejects.toThrow('there is no master key 2026');
    expect(ring.currentKeyId()).toBe('2025');
    writeFileSync(file, `${old}\n${fresh}\n`);
    expect((await ring.unwrap(wrapped, binding)).equals(dataKey)).toBe(true);
    expect(ring.currentKeyId()).toBe('2025');
    writeFileSync(file, `${fresh}\n${old}\n\n`);
    await eventually(() => Promise.resolve(ring.currentKeyId() === '2026'));
  });
});
