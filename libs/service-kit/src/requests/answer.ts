import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { map, type Observable } from 'rxjs';

/** An answer with its status and headers. A controller may return one; anything else it returns is a 200 (POST: 201). */
export class Answer {
  readonly status: number;
  /** What becomes JSON; undefined for no body. */
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) {
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

export function answer(status: number, body: unknown, headers?: Readonly<Record<string, string>>): Answer {
  return new Answer(status, body, headers);
}

/** Writes an `Answer` that a controller returns. */
@Injectable()
export class AnswerInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      map((result: unknown) => {
        if (!(result instanceof Answer)) return result;
        const reply = context.switchToHttp().getResponse<FastifyReply>();
        void reply.status(result.status).headers(result.headers);
        return result.body;
      }),
    );
  }
}
