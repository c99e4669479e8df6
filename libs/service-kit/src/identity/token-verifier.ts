import { readFile } from 'node:fs/promises';
import { LaurelError } from '#libs/contracts';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  jwtVerify,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from 'jose';
import { identityFromClaims, refused, type Identity } from './identity.ts';

/** The issuer of the key that `npm run token` signs with: on every developer's disk, so never trusted elsewhere. */
export const DEVELOPMENT_ISSUER = 'laurel-development';

export interface TokenVerifierOptions {
  /** Path or http(s) URL of a JWKS. */
  readonly jwks: string;
  readonly jwtIssuer: string;
  readonly jwtAudience: string;
  readonly environment: 'production' | 'development';
}

interface Verified {
  readonly identity: Identity;
  readonly untilMs: number;
}

const ALGORITHMS = ['ES256', 'RS256'];
const REMEMBERED_TOKENS = 5_000;
/** A key that is withdrawn from the JWKS is trusted this much longer. */
const REMEMBERED_MS = 30_000;

/** Tells who a bearer token is from. A verified token is remembered for half a minute, but never past its `exp`. */
export class TokenVerifier {
  readonly #options: TokenVerifierOptions;
  readonly #keys: JWTVerifyGetKey;
  readonly #verified = new Map<string, Verified>();

  constructor(options: TokenVerifierOptions) {
    this.#options = options;
    this.#keys = /^https?:/.test(options.jwks) ? createRemoteJWKSet(new URL(options.jwks)) : keysOfFile(options.jwks);
  }

  /**
   * @param authorization the header as sent
   * @throws LaurelError unauthenticated, or unavailable while the keys can not be had
   */
  async verify(authorization: string | undefined): Promise<Identity> {
    const token = /^Bearer ([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) throw refused('this needs an Authorization header with a bearer token');
    const known = this.#verified.get(token);
    if (known !== undefined && known.untilMs > Date.now()) return known.identity;
    this.#verified.delete(token);
    const verified = await this.#check(token);
    this.#remember(token, verified);
    return verified.identity;
  }

  async #check(token: string): Promise<Verified> {
    const { jwtIssuer: issuer, jwtAudience: audience, environment } = this.#options;
    if (issuer === DEVELOPMENT_ISSUER && environment !== 'development') {
      throw refused('tokens of the development key are refused here');
    }
    try {
      const { payload } = await jwtVerify(token, this.#keys, {
        algorithms: ALGORITHMS,
        issuer,
        audience,
        requiredClaims: ['exp', 'sub', 'role'],
        clockTolerance: 5,
      });
      const expiryMs = (payload.exp ?? 0) * 1_000;
      return { identity: identityFromClaims(payload), untilMs: Math.min(expiryMs, Date.now() + REMEMBERED_MS) };
    } catch (error) {
      throw asRefusal(error);
    }
  }

  #remember(token: string, verified: Verified): void {
    if (this.#verified.size >= REMEMBERED_TOKENS) {
      const oldest = this.#verified.keys().next();
      if (oldest.done !== true) this.#verified.delete(oldest.value);
    }
    this.#verified.set(token, verified);
  }
}

function asRefusal(error: unknown): unknown {
  if (error instanceof LaurelError) return error;
  if (error instanceof errors.JWTExpired) return refused('the token has expired');
  if (error instanceof errors.JWTClaimValidationFailed) return refused(`the token’s claim ${error.claim} is refused`);
  if (error instanceof errors.JWKSTimeout || error instanceof KeysUnreadableError) return keysUnavailable(error);
  if (error instanceof errors.JOSEError && !(error instanceof errors.JWKSInvalid))
    return refused('the token is refused');
  return keysUnavailable(error);
}

function keysUnavailable(cause: unknown): LaurelError {
  const unavailable = new LaurelError('unavailable', 'the keys of the token issuer can not be read', {
    headers: { 'Retry-After': '5' },
  });
  unavailable.cause = cause;
  return unavailable;
}

class KeysUnreadableError extends Error {}

/** Reads the file when it is first needed, and again when a token names a key that is not in it: keys rotate. */
function keysOfFile(path: string): JWTVerifyGetKey {
  const RELOAD_AFTER_MS = 5_000;
  let loaded: { keys: JWTVerifyGetKey; atMs: number } | undefined;
  const load = async () => {
    const text = await readFile(path, 'utf8').catch((cause: unknown) => {
      throw new KeysUnreadableError(`the JWKS ${path} can not be read`, { cause });
    });
    loaded = { keys: createLocalJWKSet(parseKeys(text, path)), atMs: performance.now() };
    return loaded.keys;
  };
  return async (header, token) => {
    const keys = loaded?.keys ?? (await load());
    try {
      return await keys(header, token);
    } catch (error) {
      const stale = performance.now() - (loaded?.atMs ?? 0) > RELOAD_AFTER_MS;
      if (!(error instanceof errors.JWKSNoMatchingKey) || !stale) throw error;
      return (await load())(header, token);
    }
  };
}

function parseKeys(text: string, path: string): JSONWebKeySet {
  try {
    return JSON.parse(text) as JSONWebKeySet;
  } catch (cause) {
    throw new KeysUnreadableError(`the JWKS ${path} is not JSON`, { cause });
  }
}
