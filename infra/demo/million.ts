import { setTimeout as pause } from 'node:timers/promises';
import type { ApiClient } from './api-client.ts';
import { PROGRAM } from './demo-offer.ts';
import { seedCreators } from './seed-creators.ts';

export interface MillionOptions {
  readonly creators: number;
  readonly operator: ApiClient;
  /** As the superuser. */
  readonly databaseUrl: string;
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
const HEADER = 'Handle,Video,Views,Likes,Comments,GMV,CTR,Units Sold,Post Date,Video Title\n';
/** Ten creators whose one video brought them to the second tier. */
const REGULARS = Buffer.from(
  HEADER +
    Array.from({ length: 10 }, (_, n) => {
      const url = `https://www.tiktok.com/@regular_${n}/video/700000000000000000${n}`;
      return `regular_${n},${url},100,10,1,1500.00,1.00,10,2026-05-20,a video\n`;
    }).join(''),
);
const LOOK_EVERY_MS = 1_000;
const SLOWEST_MS = 1_800_000;

const BIG_REWARD = {
  ...{ name: 'A card for everybody', type: 'gift_card', tier: 1, source: 'vip_tier', frequency: 'monthly', quantity: 1 },
  value: { amount: { amount: '10.00', currency: 'USD' } },
};
const ENDLESS_REWARD = {
  ...{ name: 'A call, any time', type: 'experience', tier: 2, source: 'vip_tier', frequency: 'unlimited' },
  value: { displayText: 'A call' },
};

/**
 * A client with so many creators. Program, rewards and a few who sell come through the gateway; the many, who have not sold
 * anything yet, are written into the services' tables: a file of a million new creators takes all five services twice as
 * long as whoever only wants to look should wait.
 */
export async function prepareMillion(options: MillionOptions): Promise<PreparedMillion> {
  const { operator, creators, show } = options;
  const slug = `million-${Date.now().toString(36)}`;
  const client = await operator.post<{ id: string }>('/v1/clients', { name: `${creators} creators`, slug });
  const admin = await options.adminOf(client.id);
  await admin.put('/v1/program', PROGRAM);
  const big = await admin.post<{ id: string }>('/v1/rewards', BIG_REWARD);
  const endless = await admin.post<{ id: string }>('/v1/rewards', ENDLESS_REWARD);
  await admin.post(`/v1/rewards/${endless.id}/enable`);
  const { status, body } = await admin.upload<{ id: string }>(BUSINESS_DATE, REGULARS);
  if (status >= 300) throw new Error(`the file was answered ${status}: ${JSON.stringify(body)}`);
  await untilApplied(admin, body.id, show);
  await seedCreators({ databaseUrl: options.databaseUrl, clientId: client.id, creators, onboardedOn: BUSINESS_DATE }, show);
  await untilSettled(operator, show);
  const { data } = await admin.get<{ data: { id: string }[] }>('/v1/creators?tier=2&limit=1');
  const regularId = data[0]?.id;
  if (regularId === undefined) throw new Error('nobody has reached the second tier');
  return { clientId: client.id, rewardId: big.id, regularId };
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
