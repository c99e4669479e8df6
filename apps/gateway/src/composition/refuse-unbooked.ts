import { LaurelError } from '#libs/contracts';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Upstreams } from '../forwarding/upstreams.ts';

const BOOKED = ['published', 'applied'];
const NEVER = ['failed', 'discarded', 'dry_run'];

/**
 * Until a file is booked no service hears of its sync but ingestion, and of most that are held, failed or dry runs never:
 * the others take it for one that does not exist.
 */
@Injectable()
export class RefuseUnbooked {
  readonly #upstreams: Upstreams;

  constructor(upstreams: Upstreams) {
    this.#upstreams = upstreams;
  }

  /** @throws LaurelError sync.not_applied; not for a sync that ingestion does not know, or while it is away */
  async check({ raw, headers }: FastifyRequest): Promise<void> {
    const [path] = /^\/v1\/syncs\/[^/?]+/.exec(raw.url ?? '') ?? [''];
    const status = await this.#statusOf(path, headers.authorization);
    if (status === undefined || BOOKED.includes(status)) return;
    const isFinal = NEVER.includes(status);
    throw new LaurelError('sync.not_applied', `the sync is ${status}; only a sync that is applied has an impact`, {
      headers: isFinal ? {} : { 'Retry-After': '1' },
    });
  }

  async #statusOf(path: string, authorization: string | undefined): Promise<string | undefined> {
    try {
      const { status, body } = await this.#upstreams.call('ingestion', { method: 'GET', path, authorization });
      return status === 200 ? (body as { status: string }).status : undefined;
    } catch {
      // Of a sync that is applied, its owner can tell all the same.
      return undefined;
    }
  }
}
