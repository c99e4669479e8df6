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
  stream.once('close', () => {
    body.unpipe(stream);
  });
  return body.pipe(stream);
}
