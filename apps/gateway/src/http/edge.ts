import { LaurelError } from '#libs/contracts';
import { nameRoute, noteClient, Public, rememberIdentity, requireKey, TokenVerifier } from '#libs/service-kit';
import { applyDecorators, Injectable, UseGuards, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { matchRoute, rememberRoute } from '../routes/match-route.ts';
import { RateLimit } from './rate-limit.ts';

/** Lets a request in if the route table has it, its token is good and of a role of the route, and its key is there. */
@Injectable()
export class Edge implements CanActivate {
  readonly #tokens: TokenVerifier;

  constructor(tokens: TokenVerifier) {
    this.#tokens = tokens;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const route = matchRoute(request.method, request.url);
    if (route === undefined) throw new LaurelError('not_found', 'there is no such route');
    rememberRoute(request, route);
    nameRoute(request, route.path);
    const identity = await this.#tokens.verify(request.headers.authorization);
    rememberIdentity(request, identity);
    noteClient(identity.clientId);
    if (!route.roles.includes(identity.role)) {
      throw new LaurelError('forbidden', `a token of role ${identity.role} may not do this`);
    }
    if (route.idempotent) requireKey(request.headers['idempotency-key']);
    return true;
  }
}

/** A controller behind the edge: the route table, not a decorator, says who may call its routes. */
export const BehindTheEdge = () => applyDecorators(Public(), UseGuards(Edge, RateLimit));
