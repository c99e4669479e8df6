import { LaurelError } from '#libs/contracts';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { noteClient } from '../observability/request-context.ts';
import type { Role } from './identity.ts';
import { PUBLIC_METADATA, rememberIdentity, ROLES_METADATA } from './roles.ts';
import { TokenVerifier } from './token-verifier.ts';

/** Lets a request in with a verified token of a role that the route names. Closed to everybody where it names none. */
@Injectable()
export class AuthGuard implements CanActivate {
  readonly #reflector: Reflector;
  readonly #tokens: TokenVerifier;

  constructor(reflector: Reflector, tokens: TokenVerifier) {
    this.#reflector = reflector;
    this.#tokens = tokens;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const targets = [context.getHandler(), context.getClass()];
    if (this.#reflector.getAllAndOverride<boolean | undefined>(PUBLIC_METADATA, targets) === true) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const identity = await this.#tokens.verify(request.headers.authorization);
    const roles = this.#reflector.getAllAndOverride<readonly Role[] | undefined>(ROLES_METADATA, targets) ?? [];
    if (!roles.includes(identity.role))
      throw new LaurelError('forbidden', `a token of role ${identity.role} may not do this`);
    rememberIdentity(request, identity);
    noteClient(identity.clientId);
    return true;
  }
}
