import { setTimeout as pause } from 'node:timers/promises';
import type { ApiClient } from './api-client.ts';
import { PROGRAM } from './demo-offer.ts';

export interface MillionOptions {
  readonly creators: number;
  readonly operator: ApiClient;
  adminOf(clientId: string): Promise<ApiClient>;
  /** A line that the next one takes the place of. */
  show(line: string): void;
}

export interface PreparedMillion {
  readonly clientId: string;
  /** For the tier of all creators but the regulars; disabled. */
  readonly rewardId: string;
  /** Of the tier above, with a reward that it may claim without end. */
  readonly regularId: string;
}

const BUSINESS_DATE = '2026-06-01';
const POST_DATE = '2026-05-20';
/** Creators whose one video brought them to the second tier. */
const REGULARS = 10;
const LOOK_EVERY_MS = 1_000;
const SLOWEST_MS = 1_800_000;
const HEADER = 'Handle,Video,Views,Likes,Comments,GMV,CTR,Units Sold,Post Date,Video Title\n';

const BIG_REWARD = {
  ...{ name: 'A card for everybody', type: 'gift_card', tier: 1, source: 'vip_tier', frequency: 'monthly', quantity: 1 },
  value: { amount: { amount: '10.00', currency: 'USD' } },
};
const ENDLESS_REWARD = {
  ...{ name: 'A call, any time', type: 'experience', tier: 2, source: 'vip_tier', frequency: 'unlimited' },
  value: { displayText: 'A call' },
};

/** A client with so many creators, as any other came to its creators: by a file through the gateway. */
export async function prepareMillion(options: MillionOptions): Promise<PreparedMillion> {
  const { operator, creators, show } = options;
  const slug = `million-${Date.now().toString(36)}`;
  const client = await operator.post<{ id: string }>('/v1/clients', { name: `${creators} creators`, slug });
  const admin = await options.adminOf(client.id);
  await admin.put('/v1/program', PROGRAM);
  const big = await admin.post<{ id: string }>('/v1/rewards', BIG_REWARD);
  const endless = await admin.post<{ id: string }>('/v1/rewards', ENDLESS_REWARD);
  await admin.post(`/v1/rewards/${endless.id}/enable`);
  show(`sending ${creators.toLocaleString('en-US')} rows`);
  const { status, body } = await admin.upload<{ id: string }>(BUSINESS_DATE, csvOf(creators));
  if (status >= 300) throw new Error(`the file was answered ${status}: ${JSON.stringify(body)}`);
  await untilApplied(admin, body.id, show);
  await untilSettled(operator, show);
  const { data } = await admin.get<{ data: { id: string }[] }>('/v1/creators?tier=2&limit=1');
  const regularId = data[0]?.id;
  if (regularId === undefined) throw new Error('nobody has reached the second tier');
  return { clientId: client.id, rewardId: big.id, regularId };
}

function csvOf(creators: number): Buffer {
  const parts: Buffer[] = [Buffer.from(HEADER)];
  for (let first = 0; first < creators + REGULARS; first += 10_000) {
    let text = '';
    for (let n = first; n < Math.min(first + 10_000, creators + REGULARS); n += 1) text += row(n, n >= creators);
    parts.push(Buffer.from(text));
  }
  return Buffer.concat(parts);
}

function row(n: number, isRegular: boolean): string {
  const handle = isRegular ? `regular_${n}` : `creator_${n}`;
  const url = `https://www.tiktok.com/@${handle}/video/7${String(n).padStart(18, '0')}`;
  return `${handle},${url},100,10,1,${isRegular ? '1500.00' : '5.00'},1.00,1,${POST_DATE},a video\n`;
}

async function untilApplied(admin: ApiClient, id: string, show: (line: string) => void): Promise<void> {
  await until(async () => {
    const sync = await admin.get<{ status: string; error: unknown; progress: unknown }>(`/v1/syncs/${id}`);
    if (['failed', 'held'].includes(sync.status)) throw new Error(`the file is ${sync.status}: ${JSON.stringify(sync)}`);
    show(`the file is ${sync.status}`);
    return sync.status === 'applied';
  });
}

async function untilSettled(operator: ApiClient, show: (line: string) => void): Promise<void> {
  await until(async () => {
    const status = await operator.get<{
      settled: boolean;
      services: { name: string; outboxPending?: number; consumers?: { lag: number }[] }[];
    }>('/v1/ops/status');
    const left = status.services.map(({ name, outboxPending = 0, consumers = [] }) => {
      const lag = consumers.reduce((sum, consumer) => sum + consumer.lag, 0);
      return `${name} ${(outboxPending + lag).toLocaleString('en-US')}`;
    });
    show(`events on their way: ${left.join(', ')}`);
    return status.settled;
  });
}

async function until(isReached: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + SLOWEST_MS;
  while (!(await isReached())) {
    if (performance.now() > deadline) throw new Error('not through after half an hour: see /v1/ops/status');
    await pause(LOOK_EVERY_MS);
  }
}
