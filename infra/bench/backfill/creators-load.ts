import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'undici';
import type { BenchStack } from '../bench-stack.ts';
import { CLIENT_ID } from '../tier/tier-seed.ts';
import type { TierCopy } from '../tier/tier-world.ts';

const PER_SECOND = 100;
/** One in so many is a claim, the others are a creator's page. */
const CLAIM_EVERY = 5;
const TICK_MS = 5;

interface Asking {
  readonly authorization: string;
  readonly redemptionId: string;
}

/** Creators who look at their page, and claim, a hundred times a second, whether or not the ones before are answered. */
export class CreatorsLoad {
  readonly #pool: Pool;
  readonly #askings: readonly Asking[];
  #sent = 0;

  private constructor(url: string, askings: readonly Asking[]) {
    this.#pool = new Pool(url, { connections: 64 });
    this.#askings = askings;
  }

  static async prepare(stack: BenchStack, copy: TierCopy, url: string): Promise<CreatorsLoad> {
    const { rows } = await copy.pool.query<{ id: string; creator_id: string }>(
      `SELECT id, creator_id FROM redemption.redemption WHERE client_id = '${CLIENT_ID}' AND status = 'claimable'`,
    );
    const askings = await Promise.all(
      rows.map(async ({ id, creator_id: sub }) => ({
        redemptionId: id,
        authorization: `Bearer ${await stack.token({ role: 'creator', clientId: CLIENT_ID, sub })}`,
      })),
    );
    return new CreatorsLoad(url, askings);
  }

  /** Goes on until `until` says so. @returns how long each request took, from the moment it was due, in milliseconds */
  async run(until: () => boolean): Promise<number[]> {
    const waits: number[] = [];
    const underWay = new Set<Promise<void>>();
    const begun = performance.now();
    for (let sent = 0; !until();) {
      const due = Math.floor(((performance.now() - begun) * PER_SECOND) / 1_000);
      for (; sent < due; sent += 1) {
        const dueAt = begun + (sent * 1_000) / PER_SECOND;
        const asked = this.#ask(this.#sent++).then(() => {
          waits.push(performance.now() - dueAt);
          underWay.delete(asked);
        });
        underWay.add(asked);
      }
      await pause(TICK_MS);
    }
    await Promise.all(underWay);
    return waits;
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  async #ask(n: number): Promise<void> {
    const asking = this.#askings[n % this.#askings.length];
    if (asking === undefined) throw new Error('nobody asks');
    const { authorization, redemptionId } = asking;
    // Each row is claimed once; when all are, everybody looks at a page.
    if (n % CLAIM_EVERY === 0 && n < this.#askings.length) {
      const headers = { authorization, 'idempotency-key': randomUUID() };
      return this.#request('POST', `/v1/redemptions/${redemptionId}/claim`, headers);
    }
    return this.#request('GET', '/v1/redemptions', { authorization });
  }

  async #request(method: 'GET' | 'POST', path: string, headers: Record<string, string>): Promise<void> {
    const { statusCode, body } = await this.#pool.request({ method, path, headers });
    const answer = await body.text();
    if (statusCode !== 200) throw new Error(`${method} ${path} answered ${statusCode}: ${answer}`);
  }
}

export function p99(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.99)] ?? Number.NaN;
}
