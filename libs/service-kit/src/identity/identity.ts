import { LaurelError } from '#libs/contracts';
import { asId, isUuid, type ClientId } from '#libs/kernel';

export const IDENTITY_ROLES = ['operator', 'admin', 'creator'] as const;
export type Role = (typeof IDENTITY_ROLES)[number];

/** Who asks, as a verified token says. */
export interface Identity {
  readonly role: Role;
  /** `sub`; of a creator its creatorId. */
  readonly subject: string;
  /** null for an operator. */
  readonly clientId: ClientId | null;
}

/** The client whose rows the request may see. @throws LaurelError forbidden for an operator, who has none. */
export function tenantOf(identity: Identity): ClientId {
  if (identity.clientId === null) throw new LaurelError('forbidden', 'this needs the token of a client');
  return identity.clientId;
}

/**
 * Lets an admin through to any creator of the client, and a creator to itself alone. Whether a foreign id exists is
 * nobody's business: 404, like an id that does not.
 */
export function assertOwn(identity: Identity, creatorId: string): void {
  if (identity.role === 'creator' && identity.subject !== creatorId) {
    throw new LaurelError('not_found', 'there is no such resource');
  }
}

/** @throws LaurelError unauthenticated when the claims are not those of a Laurel token. */
export function identityFromClaims(claims: Readonly<Record<string, unknown>>): Identity {
  const role = IDENTITY_ROLES.find((known) => known === claims['role']);
  const subject = claims['sub'];
  if (role === undefined) throw refused('the token has no known role');
  if (typeof subject !== 'string' || subject === '' || subject.length > 200) throw refused('the token has no subject');
  if (role === 'operator') return { role, subject, clientId: null };
  const client = claims['client_id'];
  if (typeof client !== 'string' || !isUuid(client)) throw refused('the token names no client');
  if (role === 'creator' && !isUuid(subject)) throw refused('the subject of a creator’s token is its id');
  return { role, subject, clientId: asId<ClientId>(client) };
}

export function refused(detail: string): LaurelError {
  return new LaurelError('unauthenticated', detail, { headers: { 'WWW-Authenticate': 'Bearer' } });
}
