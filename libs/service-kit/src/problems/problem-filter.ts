import { LaurelError, toProblem } from '#libs/contracts';
import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { currentTraceId } from '../observability/request-context.ts';
import { asLaurelError } from './as-laurel-error.ts';

/** Answers every error as problem+json. The only place where an error meets HTTP. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #logger = new Logger('http');

  catch(error: unknown, host: ArgumentsHost): void {
    if (host.getType() !== 'http') throw error;
    const http = host.switchToHttp();
    const laurel = asLaurelError(error);
    if (laurel.code === 'internal' || laurel.code === 'unavailable') this.#report(error, laurel, http.getRequest());
    sendProblem(http.getResponse<FastifyReply>(), laurel);
  }

  /** The client is told nothing of the cause; the log has it, under the trace id that the client was told. */
  #report(error: unknown, laurel: LaurelError, request: FastifyRequest): void {
    const route = request.routeOptions?.url ?? 'none';
    this.#logger.error({ err: error, code: laurel.code, method: request.method, route }, 'request failed');
  }
}

export function sendProblem(reply: FastifyReply, error: LaurelError): void {
  if (reply.sent) return;
  const problem = toProblem(error, currentTraceId());
  void reply
    .status(problem.status)
    .headers({ ...error.headers, 'Cache-Control': 'no-store' })
    .header('Content-Type', 'application/problem+json; charset=utf-8')
    .serializer(JSON.stringify)
    .send(problem);
}
