import { LaurelError, type ErrorCode } from '#libs/contracts';
import { faultOf } from '#libs/messaging';
import { HttpException } from '@nestjs/common';

const BY_STATUS: Readonly<Record<number, readonly [ErrorCode, string]>> = {
  401: ['unauthenticated', 'this needs a token'],
  403: ['forbidden', 'the token may not do this'],
  404: ['not_found', 'there is no such resource'],
  405: ['not_found', 'there is no such resource'],
  413: ['payload_too_large', 'the body is larger than this route takes'],
  415: ['unsupported_media_type', 'this route does not read such a body'],
  429: ['rate_limited', 'too many requests'],
  503: ['unavailable', 'the service is not available, try again'],
};

/** What a client is told of an error. What no client can act on is `internal`, and says nothing of itself. */
export function asLaurelError(error: unknown): LaurelError {
  if (error instanceof LaurelError) return error;
  const status = error instanceof HttpException ? error.getStatus() : fastifyStatus(error);
  if (status === 400) return malformedBody();
  const known = status === undefined ? undefined : BY_STATUS[status];
  if (known !== undefined) return new LaurelError(known[0], known[1]);
  // Lost connections, deadlocks, timeouts of locks, shutdowns: they pass by themselves.
  if (faultOf(error) !== 'poison') {
    return new LaurelError('unavailable', 'the service is not available, try again', {
      headers: { 'Retry-After': '1' },
    });
  }
  return new LaurelError('internal', 'something went wrong on our side');
}

function malformedBody(): LaurelError {
  const message = 'the body can not be read';
  return new LaurelError('validation_failed', message, { faults: [{ pointer: '', code: 'malformed', message }] });
}

/** Fastify's own errors carry the status of the answer; anybody else's `statusCode` is none of ours. */
function fastifyStatus(error: unknown): number | undefined {
  if (!codeOf(error).startsWith('FST_ERR')) return undefined;
  const { statusCode } = error as { statusCode?: unknown };
  return typeof statusCode === 'number' ? statusCode : undefined;
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : '';
}
