import { LaurelError } from '#libs/contracts';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { context } from '@opentelemetry/api';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { requestContext } from '../observability/request-context.ts';
import { sendProblem } from '../problems/problem-filter.ts';

export interface HttpOptions {
  /** Content types whose body a controller gets as an unread stream (`request.body`), of any length; `*` for all. */
  readonly streamedTypes?: readonly string[];
}

/** Of a JSON body. Files come as streams. */
const BODY_LIMIT_BYTES = 1_048_576;
const DROP_WITHIN_MS = 30_000;

/** Nest's Fastify without middleware, reading JSON and the service's streams and nothing else (415). */
export function createHttpAdapter(options: HttpOptions): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    skipMiddie: true,
    multipart: false,
    forceCloseConnections: 'idle',
    frameworkErrors: (_error: unknown, request: FastifyRequest, reply: FastifyReply) => {
      // A malformed URL: no hook has run, so the request has no trace yet.
      context.with(requestContext(request.headers, request.method), () => {
        sendProblem(reply, new LaurelError('not_found', 'there is no such resource'));
      });
    },
  });
  const server = adapter.getInstance();
  server.removeAllContentTypeParsers();
  const streamed = options.streamedTypes ?? [];
  if (!streamed.includes('*')) readJson(server as unknown as FastifyInstance);
  if (streamed.length > 0) dropWhatIsUnread(server as unknown as FastifyInstance);
  for (const type of streamed) {
    server.addContentTypeParser(type, (_request, payload, done) => {
      done(null, payload);
    });
  }
  return adapter;
}

/**
 * A body may be answered before it is read. Its client may first look at the answer when it has sent all, and the next
 * request of the connection comes after it: so the rest is read and dropped, for a while. A client that wants the
 * connection closed closes it then: if the server did while more is on its way, the reset could take the answer along.
 */
function dropWhatIsUnread(server: FastifyInstance): void {
  server.addHook('onSend', ({ raw }, reply, _payload, done) => {
    if (!raw.complete) reply.raw.shouldKeepAlive = true;
    done();
  });
  server.addHook('onResponse', ({ raw }, _reply, done) => {
    done();
    if (raw.readableEnded || raw.destroyed) return;
    const overdue = setTimeout(() => raw.destroy(), DROP_WITHIN_MS).unref();
    raw.once('close', () => {
      clearTimeout(overdue);
    });
    raw.resume();
  });
}

/** Scripts send the JSON header with no body where a route needs none: that is no fault. */
function readJson(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error');
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else void parse(request, body as string, done);
  });
}
