import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';

export interface TokenClaims {
  readonly role: 'operator' | 'admin' | 'creator';
  readonly clientId?: string;
  /** The creator's id for a creator; made up for the others when not given. */
  readonly sub?: string;
}

/** Signs tokens that every service of `startService` accepts. */
export interface TestSigner {
  /** Path of the JWKS. */
  readonly jwks: string;
  readonly issuer: string;
  readonly audience: string;
  token(claims: TokenClaims): Promise<string>;
}

let signer: TestSigner | undefined;

/** The signer of this test process: one key, made when it is first asked for. */
export function testSigner(): TestSigner {
  signer ??= makeSigner();
  return signer;
}

function makeSigner(): TestSigner {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const kid = randomUUID();
  const directory = mkdtempSync(join(process.env['LAUREL_TEST_DIRECTORY'] ?? tmpdir(), 'jwks-'));
  const jwks = join(directory, 'jwks.json');
  const key = { ...publicKey.export({ format: 'jwk' }), kid, alg: 'ES256', use: 'sig' };
  writeFileSync(jwks, JSON.stringify({ keys: [key] }));
  const [issuer, audience] = ['laurel-test', 'laurel'];
  return {
    jwks,
    issuer,
    audience,
    token: ({ role, clientId, sub = `test-${role}` }) =>
      new SignJWT({ role, ...(clientId === undefined ? {} : { client_id: clientId }) })
        .setProtectedHeader({ alg: 'ES256', kid })
        .setSubject(sub)
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime('4h')
        .sign(privateKey),
  };
}
