import { LaurelError } from '#libs/contracts';
import { asId, type ClientId } from '#libs/kernel';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { identityOf } from '../identity/roles.ts';

/** What operators' calls are stored under: they belong to no client. */
export const NIL_CLIENT = asId<ClientId>('00000000-0000-0000-0000-000000000000');

export interface IdempotentCall {
  readonly clientId: ClientId;
  /** Who called; keys of two callers of a client never meet. Left out: one caller. */
  readonly subject?: string;
  /** The Idempotency-Key as sent. undefined is answered with `idempotency.key_required`. */
  readonly key: string | undefined;
  /** `POST /v1/boosts/<id>/pay`, with the ids. */
  readonly route: string;
  /** The body as parsed. */
  readonly body: unknown;
}

/** The call of a request, as a parameter: `@Idempotent() call: IdempotentCall`. */
export const Idempotent = createParamDecorator((_: unknown, context: ExecutionContext): IdempotentCall =>
  idempotentCallOf(context.switchToHttp().getRequest<FastifyRequest>()),
);

/** @throws LaurelError idempotency.key_required without a key. */
export function idempotentCallOf(request: FastifyRequest): IdempotentCall {
  const identity = identityOf(request);
  const path = request.url.split('?', 1)[0] ?? '';
  return {
    clientId: identity.clientId ?? NIL_CLIENT,
    subject: `${identity.role}:${identity.subject}`,
    key: requireKey(request.headers['idempotency-key']),
    route: `${request.method} ${path}`,
    body: request.body,
  };
}

/** @throws LaurelError idempotency.key_required for none, and for one that is not 1 to 200 printable characters. */
export function requireKey(key: string | readonly string[] | undefined): string {
  if (typeof key === 'string' && /^[\x21-\x7e]{1,200}$/.test(key)) return key;
  const message = 'this needs an Idempotency-Key header of 1 to 200 printable characters';
  throw new LaurelError('idempotency.key_required', message, {
    faults: [{ pointer: 'Idempotency-Key', code: 'required', message }],
  });
}
