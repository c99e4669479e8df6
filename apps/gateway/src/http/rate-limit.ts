import { LaurelError } from '#libs/contracts';
import { identityOf } from '#libs/service-kit';
import { Injectable, type ExecutionContext } from '@nestjs/common';
import { ThrottlerGuard, type ThrottlerStorage } from '@nestjs/throttler';
import type { FastifyRequest } from 'fastify';

/** So many requests a second of one token's subject, over all routes, in this process. */
@Injectable()
export class RateLimit extends ThrottlerGuard {
  protected override getTracker(request: Record<string, unknown>): Promise<string> {
    const { role, subject, clientId } = identityOf(request as unknown as FastifyRequest);
    return Promise.resolve(`${role} ${clientId} ${subject}`);
  }

  protected override generateKey(_context: ExecutionContext, tracker: string): string {
    return tracker;
  }

  protected override throwThrottlingException(): Promise<void> {
    throw new LaurelError('rate_limited', 'too many requests', { headers: { 'Retry-After': '1' } });
  }
}

/** Counts by the window of the clock. The throttler's own storage keeps a list of instants a caller and walks it. */
export class WindowCounts implements ThrottlerStorage {
  #window = 0;
  #counts = new Map<string, number>();

  increment(key: string, ttlMs: number, limit: number): ReturnType<ThrottlerStorage['increment']> {
    const window = Math.floor(Date.now() / ttlMs);
    if (window !== this.#window) {
      this.#window = window;
      this.#counts = new Map();
    }
    const totalHits = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, totalHits);
    const isBlocked = totalHits > limit;
    const secondsLeft = Math.ceil(ttlMs / 1_000);
    return Promise.resolve({
      totalHits,
      timeToExpire: secondsLeft,
      isBlocked,
      timeToBlockExpire: isBlocked ? secondsLeft : 0,
    });
  }
}
