import { LaurelError, type StatefulServiceName } from '#libs/contracts';
import { traceHeaders } from '#libs/service-kit';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Pool, type Dispatcher } from 'undici';
import type { GatewayConfig } from '../config.ts';

export interface JsonAnswer {
  readonly status: number;
  readonly body: unknown;
  /** Of the answer's headers what a client must be told with an error. */
  readonly headers: Readonly<Record<string, string>>;
}

export type UpstreamRequest = Omit<Dispatcher.RequestOptions, 'opaque'> & { readonly signal?: AbortSignal };

/** Longer than the 5 s for which a service waits for a fact, with its work after it. */
export const ANSWER_WITHIN_MS = 30_000;

/** Connections to the services. A service is one address; what balances its processes stands behind that address. */
@Injectable()
export class Upstreams implements OnApplicationShutdown {
  readonly #pools: Readonly<Record<StatefulServiceName, Pool>>;

  constructor(config: GatewayConfig) {
    const pool = (url: string) => new Pool(new URL(url).origin, { connections: 256, connect: { timeout: 2_000 } });
    this.#pools = {
      ingestion: pool(config.ingestionUrl),
      'tier-evaluation': pool(config.tierEvaluationUrl),
      redemption: pool(config.redemptionUrl),
      'commission-boost': pool(config.commissionBoostUrl),
    };
  }

  /**
   * A kept connection may have been closed by the service at the moment of use; reading once more harms nobody.
   * @throws LaurelError unavailable when nobody answers
   */
  async send(service: StatefulServiceName, request: UpstreamRequest): Promise<Dispatcher.ResponseData> {
    const pool = this.#pools[service];
    try {
      return await pool.request(request);
    } catch (error) {
      if (request.method === 'GET' && request.signal?.aborted !== true && isReset(error)) {
        return pool.request(request).catch((again: unknown) => {
          throw upstreamDown(service, again);
        });
      }
      throw error instanceof LaurelError ? error : upstreamDown(service, error);
    }
  }

  /** A request of the gateway's own, in the caller's name. @throws LaurelError unavailable when nobody answers. */
  async call(
    service: StatefulServiceName,
    request: { readonly method: 'GET' | 'POST'; readonly path: string; readonly authorization: string | undefined },
  ): Promise<JsonAnswer> {
    const { method, path, authorization } = request;
    const headers = { accept: 'application/json', ...traceHeaders(), ...(authorization ? { authorization } : {}) };
    const answer = await this.send(service, { method, path, headers, headersTimeout: ANSWER_WITHIN_MS });
    try {
      const text = await answer.body.text();
      const retryAfter = answer.headers['retry-after'];
      return {
        status: answer.statusCode,
        body: text === '' ? undefined : (JSON.parse(text) as unknown),
        headers: typeof retryAfter === 'string' ? { 'retry-after': retryAfter } : {},
      };
    } catch (error) {
      throw upstreamDown(service, error);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(Object.values(this.#pools).map((pool) => pool.close()));
  }
}

function isReset(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE';
}

export function upstreamDown(service: StatefulServiceName, cause: unknown): LaurelError {
  const unavailable = new LaurelError('unavailable', `${service} does not answer, try again`, {
    headers: { 'Retry-After': '1' },
  });
  unavailable.cause = cause;
  return unavailable;
}
