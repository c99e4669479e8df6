import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import { LaurelError } from '#libs/contracts';
import { DEVELOPMENT_ISSUER, TokenVerifier, type TokenVerifierOptions } from '../src/index.ts';

const CLIENT = '00000000-0000-4000-8000-00000000000c';
const claims = { role: 'admin', client_id: CLIENT };
const directory = mkdtempSync(join(tmpdir(), 'laurel-tokens-'));
const path = join(directory, 'jwks.json');

interface Key {
  readonly alg: string;
  readonly kid: string;
  readonly jwk: JWK;
  readonly privateKey: CryptoKey;
}

let es256: Key;
let rs256: Key;
let es384: Key;

async function makeKey(alg: string): Promise<Key> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  const kid = `${alg}-1`;
  return { alg, kid, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' }, privateKey };
}

beforeAll(async () => {
  [es256, rs256, es384] = await Promise.all([makeKey('ES256'), makeKey('RS256'), makeKey('ES384')]);
  writeFileSync(path, JSON.stringify({ keys: [es256.jwk, rs256.jwk, es384.jwk] }));
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

interface Signing {
  readonly key?: Key;
  readonly claims?: Record<string, unknown>;
  readonly issuer?: string;
  readonly audience?: string;
  readonly expires?: string | null;
}

function sign(signing: Signing = {}): Promise<string> {
  const { key = es256, issuer = 'issuer', audience = 'laurel', expires = '1h' } = signing;
  const token = new SignJWT({ sub: 'somebody', ...(signing.claims ?? claims) })
    .setProtectedHeader({ alg: key.alg, kid: key.kid })
    .setIssuer(issuer)
    .setAudience(audience);
  return (expires === null ? token : token.setExpirationTime(expires)).sign(key.privateKey);
}

function verifier(options: Partial<TokenVerifierOptions> = {}): TokenVerifier {
  return new TokenVerifier({
    jwks: path,
    jwtIssuer: 'issuer',
    jwtAudience: 'laurel',
    environment: 'production',
    ...options,
  });
}

async function codeOf(verify: Promise<unknown>): Promise<string> {
  try {
    await verify;
  } catch (error) {
    if (error instanceof LaurelError) return error.code;
    throw error;
  }
  return 'taken';
}

describe('a token', () => {
  it('of ES256 or RS256 is taken, again from memory', async () => {
    for (const key of [es256, rs256]) {
      const tokens = verifier();
      const header = `Bearer ${await sign({ key })}`;
      const identity = { role: 'admin', subject: 'somebody', clientId: CLIENT };
      expect(await tokens.verify(header)).toEqual(identity);
      expect(await tokens.verify(header)).toEqual(identity);
    }
  });

  it.each<[string, () => Promise<string>]>([
    ['another algorithm of a known key', () => sign({ key: es384 })],
    ['another issuer', () => sign({ issuer: 'somebody else' })],
    ['another audience', () => sign({ audience: 'another service' })],
    ['no expiry', () => sign({ expires: null })],
    ['an expiry in the past', () => sign({ expires: '-1m' })],
    ['no role', () => sign({ claims: { client_id: CLIENT } })],
    ['no client', () => sign({ claims: { role: 'admin' } })],
    ['an unknown key', async () => sign({ key: await makeKey('ES256').then((key) => ({ ...key, kid: 'unknown' })) })],
    ['a foreign signature', async () => sign({ key: await makeKey('ES256') })],
    ['no signature', async () => `${(await sign()).split('.').slice(0, 2).join('.')}.`],
    [
      'alg none',
      async () => {
        const [, payload] = (await sign()).split('.');
        return `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
      },
    ],
    [
      'a public key taken for a secret',
      async () => {
        const secret = new TextEncoder().encode(JSON.stringify(es256.jwk));
        return new SignJWT({ ...claims, sub: 'x' })
          .setProtectedHeader({ alg: 'HS256', kid: es256.kid })
          .setIssuer('issuer')
          .setAudience('laurel')
          .setExpirationTime('1h')
          .sign(secret);
      },
    ],
  ])('with %s is refused', async (_, make) => {
    expect(await codeOf(verifier().verify(`Bearer ${await make()}`))).toBe('unauthenticated');
  });

  it('of the development issuer is taken in development alone', async () => {
    const header = `Bearer ${await sign({ issuer: DEVELOPMENT_ISSUER })}`;
    const options = { jwtIssuer: DEVELOPMENT_ISSUER } as const;
    expect(await codeOf(verifier(options).verify(header))).toBe('unauthenticated');
    expect(await codeOf(verifier({ ...options, environment: 'development' }).verify(header))).toBe('taken');
  });

  it('can not be judged while the keys can not be read', async () => {
    const header = `Bearer ${await sign()}`;
    expect(await codeOf(verifier({ jwks: join(directory, 'nothing.json') }).verify(header))).toBe('unavailable');
    expect(await codeOf(verifier({ jwks: 'http://127.0.0.1:9/jwks.json' }).verify(header))).toBe('unavailable');
  });
});

describe('keys behind a URL', () => {
  let server: Server;
  let keys: JWK[] = [];

  beforeAll(async () => {
    server = createServer((_request, response) => response.end(JSON.stringify({ keys })));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => void server.close());

  it('are fetched', async () => {
    keys = [rs256.jwk];
    const jwks = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;
    const tokens = verifier({ jwks });
    expect(await codeOf(tokens.verify(`Bearer ${await sign({ key: rs256 })}`))).toBe('taken');
    expect(await codeOf(tokens.verify(`Bearer ${await sign({ key: es256 })}`))).toBe('unauthenticated');
  });
});
