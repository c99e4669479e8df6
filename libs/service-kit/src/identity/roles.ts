import { createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Identity, Role } from './identity.ts';

export const ROLES_METADATA = 'laurel:roles';
export const PUBLIC_METADATA = 'laurel:public';

/** Who may call a route, or all routes of a controller. A route with neither this nor `@Public()` lets nobody in. */
export const Roles = (...roles: readonly [Role, ...Role[]]) => SetMetadata(ROLES_METADATA, roles);

/** A route that asks for no token. */
export const Public = () => SetMetadata(PUBLIC_METADATA, true);

const identities = new WeakMap<FastifyRequest, Identity>();

export function rememberIdentity(request: FastifyRequest, identity: Identity): void {
  identities.set(request, identity);
}

/** @throws Error on a public route, where there is none. */
export function identityOf(request: FastifyRequest): Identity {
  const identity = identities.get(request);
  if (identity === undefined) throw new Error('the route has no identity: it is public');
  return identity;
}

export function knownIdentityOf(request: FastifyRequest): Identity | undefined {
  return identities.get(request);
}

/** The verified identity of the request, as a parameter: `@CurrentIdentity() identity: Identity`. */
export const CurrentIdentity = createParamDecorator((_: unknown, context: ExecutionContext): Identity =>
  identityOf(context.switchToHttp().getRequest<FastifyRequest>()),
);
