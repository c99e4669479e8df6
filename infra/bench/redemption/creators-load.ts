import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'undici';
import type { BenchStack } from '../bench-stack.ts';
import { CLIENT_ID } from '../tier/tier-seed.ts';
import type { TierCopy } from '../tier/tier-world.ts';

const PER_SECOND = 100;
/** One in so many is a claim, the others are a creator's page. Each row is claimed once; when all are, all look at pages. */
const CLAIM_EVERY = 5;
/** Until the processes have compiled what they run, sooner than by the rate that is measured. */
const WARMING_FACTOR = 4;

/** How long each request took, from the moment it was due, in milliseconds. */
export interface Waits {
  readonly pages: number[];
  readonly claims: number[];
}

interface Asking {
  readonly authorization: string;
  readonly redemptionId: string;
}

/** Creators who look at their page, and claim, a hundred times a second, whether or not the ones before are answered. */
export class CreatorsLoad {
  readonly #pool: Pool;
  readonly #askings: readonly Asking[];
  #sent = 0;
  #claimed = 0;

  private constructor(url: string, askings: readonly Asking[]) {
    this.#pool = new Pool(url, { connections: 64 });
    this.#askings = askings;
  }

  /** @param of where the gateway is, and the reward that is claimed: whoever has a row of it asks */
  static async prepare(
    stack: BenchStack,
    copy: TierCopy,
    of: { url: string; rewardId: string },
  ): Promise<CreatorsLoad> {
    const { rows } = await copy.pool.query<{ id: string; creator_id: string }>(
      `SELECT id, creator_id FROM redemption.redemption WHERE client_id = $1 AND reward_id = $2 AND status = 'claimable'`,
      [CLIENT_ID, of.rewardId],
    );
    const askings = await Promise.all(
      rows.map(async ({ id, creator_id: sub }) => ({
        redemptionId: id,
        authorization: `Bearer ${await stack.token({ role: 'creator', clientId: CLIENT_ID, sub })}`,
      })),
    );
    return new CreatorsLoad(of.url, askings);
  }

  /** More pages than are measured later, and as many claims. */
  async warm(seconds: number): Promise<void> {
    const end = performance.now() + seconds * 1_000;
    await this.#run(() => performance.now() > end, WARMING_FACTOR * PER_SECOND);
  }

  /** Goes on until `until` says so. */
  run(until: () => boolean): Promise<Waits> {
    return this.#run(until, PER_SECOND);
  }

  async #run(until: () => boolean, perSecond: number): Promise<Waits> {
    const waits: Waits = { pages: [], claims: [] };
    const underWay = new Set<Promise<void>>();
    const begun = performance.now();
    for (let sent = 0; !until(); sent += 1) {
      const dueAt = begun + (sent * 1_000) / perSecond;
      const waitMs = dueAt - performance.now();
      if (waitMs > 0) await pause(waitMs);
      const asked = this.#ask(this.#sent++).then((kind) => {
        waits[kind].push(performance.now() - dueAt);
        underWay.delete(asked);
      });
      underWay.add(asked);
    }
    await Promise.all(underWay);
    return waits;
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  async #ask(n: number): Promise<keyof Waits> {
    const isClaim = n % CLAIM_EVERY === 0 && this.#claimed < this.#askings.length;
    const { authorization, redemptionId } = this.#asking(isClaim ? this.#claimed++ : n);
    if (isClaim) {
      const headers = { authorization, 'idempotency-key': randomUUID() };
      await this.#request('POST', `/v1/redemptions/${redemptionId}/claim`, headers);
      return 'claims';
    }
    await this.#request('GET', '/v1/redemptions', { authorization });
    return 'pages';
  }

  #asking(n: number): Asking {
    const asking = this.#askings[n % this.#askings.length];
    if (asking === undefined) throw new Error('nobody asks');
    return asking;
  }

  async #request(method: 'GET' | 'POST', path: string, headers: Record<string, string>): Promise<void> {
    const { statusCode, body } = await this.#pool.request({ method, path, headers });
    const answer = await body.text();
    if (statusCode !== 200) throw new Error(`${method} ${path} answered ${statusCode}: ${answer}`);
  }
}

export function p99(values: readonly number[]): number {
  return quantile(values, 0.99);
}

/** Of all requests at p99, and of each kind in the middle and at p99. */
export function told({ pages, claims }: Waits): string {
  const kind = (name: string, waits: readonly number[]) =>
    `${name} ${quantile(waits, 0.5).toFixed(1)}/${p99(waits).toFixed(1)}`;
  return `p99 ${p99([...pages, ...claims]).toFixed(1)} ms (median/p99: ${kind('pages', pages)}, ${kind('claims', claims)})`;
}

function quantile(values: readonly number[], at: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * at)] ?? Number.NaN;
}
