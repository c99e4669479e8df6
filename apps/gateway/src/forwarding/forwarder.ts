import type { Readable } from 'node:stream';
import type { StatefulServiceName } from '#libs/contracts';
import { traceHeaders } from '#libs/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Dispatcher } from 'undici';
import { answerHeaders, requestHeaders } from './headers.ts';
import { announcedBody, begun, BODY_LIMIT_BYTES, detached, readWhole, UPLOAD_LIMIT_BYTES } from './request-body.ts';
import { ANSWER_WITHIN_MS, Upstreams } from './upstreams.ts';

export interface ForwardTarget {
  readonly owner: StatefulServiceName;
  readonly upload: boolean;
}

/** Hands a request to the service that owns its route, and the answer back, unchanged. */
export class Forwarder {
  readonly #upstreams: Upstreams;
  readonly #uploadStallMs: number;

  constructor(upstreams: Upstreams, uploadStallMs: number) {
    this.#upstreams = upstreams;
    this.#uploadStallMs = uploadStallMs;
  }

  /**
   * Uploads pass through as they come; other bodies are read first, so that a service never waits for a slow client.
   * A client that hangs up aborts the request to the service.
   */
  async forward(request: FastifyRequest, reply: FastifyReply, target: ForwardTarget): Promise<void> {
    const gone = new AbortController();
    reply.raw.once('close', () => {
      if (!reply.raw.writableFinished) gone.abort();
    });
    const body = await this.#body(request, target.upload);
    const answerWithinMs = target.upload ? 0 : ANSWER_WITHIN_MS;
    const answer = await this.#upstreams.send(target.owner, {
      method: request.method as Dispatcher.HttpMethod,
      path: request.raw.url ?? '/',
      headers: { ...requestHeaders(request.headers, body !== undefined), ...traceHeaders() },
      body: body ?? null,
      signal: gone.signal,
      headersTimeout: answerWithinMs,
      bodyTimeout: answerWithinMs,
    });
    if (gone.signal.aborted) return;
    await reply.status(answer.statusCode).headers(answerHeaders(answer.headers)).send(answer.body);
  }

  async #body(request: FastifyRequest, upload: boolean): Promise<Buffer | Readable | undefined> {
    const limitBytes = upload ? UPLOAD_LIMIT_BYTES : BODY_LIMIT_BYTES;
    const body = announcedBody(request, limitBytes);
    if (body === undefined) return undefined;
    if (!upload) return readWhole(body, limitBytes);
    await begun(body, this.#uploadStallMs);
    return detached(body, limitBytes);
  }
}
