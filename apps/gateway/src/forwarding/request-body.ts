import { once } from 'node:events';
import { PassThrough, Transform, type Readable } from 'node:stream';
import { LaurelError } from '#libs/contracts';
import type { FastifyRequest } from 'fastify';

/** Of every route but uploads. */
export const BODY_LIMIT_BYTES = 1_048_576;
/** The largest file, with room for the wrapping of a multipart form. */
export const UPLOAD_LIMIT_BYTES = 1_073_741_824 + 65_536;

export function tooLarge(limitBytes: number): LaurelError {
  return new LaurelError('payload_too_large', `the body is larger than ${limitBytes} bytes`);
}

/** The unread body, undefined for none. @throws LaurelError payload_too_large when the sender announces too much. */
export function announcedBody(request: FastifyRequest, limitBytes: number): Readable | undefined {
  if (request.body === undefined || request.body === null) return undefined;
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) throw tooLarge(limitBytes);
  return request.body as Readable;
}

/** @throws LaurelError payload_too_large once more has come than the limit. */
export async function readWhole(body: Readable, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limitBytes) throw tooLarge(limitBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

/**
 * Waits for the first piece of a body, or its end. A service hears of a request only then: until it does, nobody else
 * would notice that none comes.
 * @throws LaurelError sync.upload_stalled
 */
export async function begun(body: Readable, stallMs: number): Promise<void> {
  if (body.readableLength > 0 || body.readableEnded || body.destroyed) return;
  const waiting = new AbortController();
  const { signal } = waiting;
  const timer = setTimeout(() => {
    const message = `nothing of the body has come for ${stallMs} ms; send the file again`;
    waiting.abort(new LaurelError('sync.upload_stalled', message, { headers: { Connection: 'close' } }));
  }, stallMs);
  try {
    // An empty body has an end and nothing before it.
    await Promise.race(['readable', 'end'].map((event) => once(body, event, { signal })));
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    clearTimeout(timer);
    // A listener that stayed would keep the body from flowing.
    waiting.abort();
  }
}

/**
 * The body as a stream of its own. A service may answer before it has read all (`sync.in_progress`), and the connection
 * to it is then given up with this stream; the client's must live on, or the answer would never reach it.
 */
export function detached(body: Readable, limitBytes: number): Transform {
  let length = 0;
  const stream = new PassThrough({
    transform(chunk: Buffer, _encoding, done) {
      length += chunk.length;
      if (length > limitBytes) done(tooLarge(limitBytes));
      else done(null, chunk);
    },
  });
  body.once('error', (error) => stream.destroy(error));
  // One that has broken off by now says so no more.
  if (body.destroyed && !body.readableEnded) stream.destroy(body.errored ?? new Error('the upload has broken off'));
  stream.once('close', () => {
    body.unpipe(stream);
  });
  return body.pipe(stream);
}
