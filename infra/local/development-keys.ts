import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { importJWK, SignJWT, type JWK } from 'jose';
import { StartupError } from './startup-error.ts';

/** Services refuse this issuer unless LAUREL_ENV is development: its private key lies on a developer's disk. */
export const DEVELOPMENT_ISSUER = 'laurel-development';
export const DEVELOPMENT_AUDIENCE = 'laurel';

export interface TokenRequest {
  readonly role: 'operator' | 'admin' | 'creator';
  readonly clientId?: string;
  readonly sub?: string;
}

export function jwksFile(dataDirectory: string): string {
  return join(dataDirectory, 'jwks.json');
}

/** Makes the development key and its JWKS where they are missing. */
export function ensureDevelopmentKeys(dataDirectory: string): void {
  if (existsSync(keyFile(dataDirectory)) && existsSync(jwksFile(dataDirectory))) return;
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const common = { kid: randomUUID(), alg: 'ES256', use: 'sig' };
  writeWhole(
    jwksFile(dataDirectory),
    JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), ...common }] }),
  );
  writeWhole(keyFile(dataDirectory), JSON.stringify({ ...privateKey.export({ format: 'jwk' }), ...common }));
}

/** The file of master keys of this data directory, with one when it is first asked for; services follow its changes. */
export function localMasterKeys(dataDirectory: string): string {
  const file = join(dataDirectory, 'master-keys');
  if (!existsSync(file)) writeWhole(file, `local-1:${randomBytes(32).toString('base64')}\n`);
  return `file:${file}`;
}

/** Data of before there were master keys has one key for payment accounts, which they still open with. */
export function formerPaymentKey(dataDirectory: string): string | undefined {
  const file = join(dataDirectory, 'payment-key');
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}

/** Signs with the development key of a data directory. @throws StartupError when Laurel was never started there */
export async function developmentToken(dataDirectory: string, request: TokenRequest): Promise<string> {
  const file = keyFile(dataDirectory);
  if (!existsSync(file))
    throw new StartupError(`there is no development key in ${dataDirectory}: run \`npm start\` first`);
  const jwk = JSON.parse(readFileSync(file, 'utf8')) as JWK;
  const { role, clientId, sub = `local-${role}` } = request;
  return new SignJWT({ role, ...(clientId === undefined ? {} : { client_id: clientId }) })
    .setProtectedHeader({ alg: 'ES256', ...(jwk.kid === undefined ? {} : { kid: jwk.kid }) })
    .setSubject(sub)
    .setIssuer(DEVELOPMENT_ISSUER)
    .setAudience(DEVELOPMENT_AUDIENCE)
    .setIssuedAt()
    .setExpirationTime('30d')
    .sign(await importJWK(jwk, 'ES256'));
}

function keyFile(dataDirectory: string): string {
  return join(dataDirectory, 'dev-key.json');
}

/** Never half a file, even when the run is killed. */
function writeWhole(file: string, text: string): void {
  writeFileSync(`${file}.draft`, text, { mode: 0o600 });
  renameSync(`${file}.draft`, file);
}
