import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { closedParent, dataDirectory } from '../data-directory.ts';
import {
  developmentToken,
  ensureDevelopmentKeys,
  formerPaymentKey,
  jwksFile,
  localMasterKeys,
} from '../development-keys.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'laurel-data-'));
  chmodSync(directory, 0o755);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe('LAUREL_DATA', () => {
  it('is where the data lies', () => {
    const wanted = join(directory, 'deep', 'data');
    expect(dataDirectory({ LAUREL_DATA: wanted })).toEqual({ path: wanted, moved: undefined });
    expect(statSync(wanted).isDirectory()).toBe(true);
  });

  it('below a directory closed to others is told from one that is open', () => {
    expect(closedParent(join(directory, 'a', 'b'))).toBeUndefined();
    mkdirSync(join(directory, 'home'), { mode: 0o700 });
    expect(closedParent(join(directory, 'home', 'b'))).toBe(join(directory, 'home'));
  });
});

describe('what a data directory keeps to itself', () => {
  it('is made once, for its owner’s eyes', () => {
    const [, file = ''] = localMasterKeys(directory).split('file:');
    const keys = readFileSync(file, 'utf8');
    expect(Buffer.from(keys.trim().split(':')[1] ?? '', 'base64')).toHaveLength(32);
    expect(localMasterKeys(directory)).toBe(`file:${file}`);
    expect(readFileSync(file, 'utf8')).toBe(keys);
    expect(statSync(file).mode & 0o077).toBe(0);
    expect(formerPaymentKey(directory)).toBeUndefined();
    ensureDevelopmentKeys(directory);
    const jwks = readFileSync(jwksFile(directory), 'utf8');
    ensureDevelopmentKeys(directory);
    expect(readFileSync(jwksFile(directory), 'utf8')).toBe(jwks);
    expect(jwks).not.toContain('"d"');
    for (const name of ['master-keys', 'dev-key.json']) expect(statSync(join(directory, name)).mode & 0o077).toBe(0);
  });

  it('signs tokens of the development issuer, once Laurel was started there', async () => {
    const creator = { role: 'creator', clientId: 'c', sub: 's' } as const;
    await expect(developmentToken(directory, creator)).rejects.toThrow('run `npm start` first');
    ensureDevelopmentKeys(directory);
    const claims = { iss: 'laurel-development', aud: 'laurel', role: 'creator', client_id: 'c', sub: 's' };
    expect(decodeJwt(await developmentToken(directory, creator))).toMatchObject(claims);
  });
});
