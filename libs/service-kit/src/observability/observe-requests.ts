import { context, trace, SpanStatusCode, type Context } from '@opentelemetry/api';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { knownIdentityOf } from '../identity/roles.ts';
import type { Metrics } from './metrics.ts';
import { requestContext } from './request-context.ts';

const contexts = new WeakMap<FastifyRequest, Context>();
const routes = new WeakMap<FastifyRequest, string>();

/** Names the route of a request that a catch-all handler serves, for logs and metrics: a pattern, never a path. */
export function nameRoute(request: FastifyRequest, pattern: string): void {
  routes.set(request, pattern);
}

/** Gives every request its trace, its log line and its measurement. */
export function observeRequests(server: FastifyInstance, logger: Logger, metrics: Metrics): void {
  server.addHook('onRequest', (request, _reply, done) => {
    const active = requestContext(request.headers, request.method);
    contexts.set(request, active);
    context.with(active, done);
  });
  // The body is read in the context of the socket, so the request's has to be entered again after it.
  server.addHook('preValidation', (request, _reply, done) => {
    context.with(contexts.get(request) ?? context.active(), done);
  });
  server.addHook('onResponse', (request, reply, done) => {
    context.with(contexts.get(request) ?? context.active(), () => {
      report(request, reply, logger, metrics);
    });
    done();
  });
}

const PROBES: ReadonlySet<string> = new Set(['/livez', '/readyz', '/metrics']);

function report(request: FastifyRequest, reply: FastifyReply, logger: Logger, metrics: Metrics): void {
  const route = routes.get(request) ?? request.routeOptions.url ?? 'none';
  const status = reply.statusCode;
  const seconds = reply.elapsedTime / 1_000;
  metrics.requestSeconds.observe({ method: request.method, route, status: String(status) }, seconds);
  const span = trace.getActiveSpan();
  span?.updateName(`${request.method} ${route}`);
  if (status >= 500) span?.setStatus({ code: SpanStatusCode.ERROR });
  span?.end();
  if (PROBES.has(route) && status < 500) return;
  const clientId = knownIdentityOf(request)?.clientId ?? undefined;
  const line = { method: request.method, route, status, durationMs: Math.round(reply.elapsedTime), clientId };
  logger.info(line, 'request');
}
