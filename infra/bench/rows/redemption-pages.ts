import type { Bench, BenchContext } from '../bench-row.ts';
import { seedPages, SPECIAL } from '../redemption/pages-seed.ts';
import { CLIENT_ID, creatorIdOf } from '../tier/tier-seed.ts';
import { TierWorld } from '../tier/tier-world.ts';

const CREATORS = 1_000_000;
/** What each page may take. */
const LIMIT_MS = 20;
const ASKED_EACH = 40;

const STATUSES = ['claimable', 'claimed', 'fulfilled', 'concluded', 'rejected'];
const { plain, fewHidden, fewOpen, disabled } = SPECIAL;

/** What an admin may ask for, each by its query. */
const ADMIN_QUERIES: readonly string[] = [
  '',
  ...STATUSES.map((status) => `status=${status}`),
  ...[plain, fewHidden].map((reward) => `rewardId=${reward}`),
  ...STATUSES.map((status) => `rewardId=${plain}&status=${status}`),
  ...[true, false].flatMap((hidden) => [
    `hidden=${hidden}`,
    `hidden=${hidden}&status=claimable`,
    ...[plain, fewHidden, fewOpen, disabled].map((reward) => `hidden=${hidden}&rewardId=${reward}`),
    `hidden=${hidden}&status=claimable&rewardId=${plain}`,
  ]),
];

export const redemptionPages: Bench = {
  name: 'redemption-pages',
  work: 'pages of redemptions over HTTP at 20 M rows, whatever is asked, against 20 ms each; the slowest kind’s median',
  ratioToReach: 1,
  quickScale: 1 / 200,
  running: {},
  run: async (context) => {
    const creators = context.scale(CREATORS);
    const world = await TierWorld.seeded(context, 'bench_redemption_pages', async () => undefined, 'redemption');
    return world.onCopy(async (copy) => {
      await copy.withClient((client) => seedPages(client, creators, context.report));
      const { url } = await copy.start('http');
      const pages = new Pages(context, `${url}/v1/redemptions`, creators);
      const kinds = await pages.measureAll();
      const slowest = kinds.toSorted((a, b) => b.medianMs - a.medianMs);
      for (const { kind, medianMs, worstMs } of slowest.slice(0, 8)) {
        context.report(`  ${medianMs.toFixed(1)} ms, at most ${worstMs.toFixed(1)} ms: ${kind}`);
      }
      const seconds = (slowest[0]?.medianMs ?? Number.NaN) / 1_000;
      return { rows: creators * 20, seconds, limitSeconds: LIMIT_MS / 1_000, peakMb: null };
    });
  },
};

interface Kind {
  readonly kind: string;
  readonly medianMs: number;
  readonly worstMs: number;
}

class Pages {
  readonly #context: BenchContext;
  readonly #url: string;
  readonly #creators: number;

  constructor(context: BenchContext, url: string, creators: number) {
    this.#context = context;
    this.#url = url;
    this.#creators = creators;
  }

  async measureAll(): Promise<Kind[]> {
    const admin = await this.#context.stack.token({ role: 'admin', clientId: CLIENT_ID });
    const kinds: Kind[] = [];
    for (const query of ADMIN_QUERIES) kinds.push(await this.#walk(`admin ${query}`, query, admin));
    for (const hidden of ['', 'hidden=true', 'hidden=false']) kinds.push(await this.#ofCreators(hidden, admin));
    kinds.push(await this.#ownPages());
    return kinds;
  }

  /** Page after page, from the first again when there is none left. */
  async #walk(kind: string, query: string, token: string): Promise<Kind> {
    const took: number[] = [];
    let cursor: string | null = null;
    for (let asked = 0; asked < ASKED_EACH; asked += 1) {
      const answer = await this.#ask(`${query}${cursor === null ? '' : `&cursor=${cursor}`}`, token);
      took.push(answer.ms);
      cursor = answer.nextCursor;
    }
    return kindOf(kind, took);
  }

  async #ofCreators(query: string, token: string): Promise<Kind> {
    const took: number[] = [];
    for (const creator of this.#some()) took.push((await this.#ask(`creatorId=${creator}&${query}`, token)).ms);
    return kindOf(`admin creatorId ${query}`, took);
  }

  async #ownPages(): Promise<Kind> {
    const took: number[] = [];
    for (const sub of this.#some()) {
      const token = await this.#context.stack.token({ role: 'creator', clientId: CLIENT_ID, sub });
      took.push((await this.#ask('', token)).ms);
    }
    return kindOf('creator, own', took);
  }

  #some(): string[] {
    return Array.from({ length: ASKED_EACH }, (_, index) => creatorIdOf((index * 7_919) % this.#creators));
  }

  async #ask(query: string, token: string): Promise<{ readonly ms: number; readonly nextCursor: string | null }> {
    const begun = performance.now();
    const answer = await fetch(`${this.#url}?${query}`, { headers: { authorization: `Bearer ${token}` } });
    const body = (await answer.json()) as { nextCursor: string | null };
    const ms = performance.now() - begun;
    if (answer.status !== 200) throw new Error(`${query} was answered with ${answer.status}`);
    return { ms, nextCursor: body.nextCursor };
  }
}

function kindOf(kind: string, took: readonly number[]): Kind {
  const sorted = took.toSorted((a, b) => a - b);
  return { kind, medianMs: sorted[sorted.length >> 1] ?? Number.NaN, worstMs: sorted.at(-1) ?? Number.NaN };
}
