import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { ApiClient } from './api-client.ts';
import { claimBoosts, settleBoosts } from './demo-boosts.ts';
import { createRewards, PROGRAM } from './demo-offer.ts';
import { playFile } from './play-file.ts';
import { printSummary } from './summary.ts';

export interface TokenRequest {
  readonly role: 'operator' | 'admin' | 'creator';
  readonly clientId?: string;
  readonly sub?: string;
}

export interface DemoOptions {
  readonly gatewayUrl: string;
  /** Where the demo's files lie: `YYYY-MM-DD.csv.gz`, cumulative snapshots of one client. */
  readonly salesDirectory: string;
  tokenFor(request: TokenRequest): Promise<string>;
  print(line: string): void;
}

export interface DemoResult {
  readonly clientId: string;
  readonly adminToken: string;
}

/** A creator claims the boosts open to them after these files, by position. */
const CLAIM_AFTER = new Set([3, 5, 7, 9]);

/**
 * Plays nine months of a brand through the public API. Every step is idempotent or looks first, so a demo that was
 * interrupted goes on where it stopped, and one that is complete goes straight to its table.
 */
export async function runDemo(options: DemoOptions): Promise<DemoResult> {
  const operator = new ApiClient(
    options.gatewayUrl,
    await options.tokenFor({ role: 'operator', sub: 'demo-operator' }),
  );
  const client = await operator.post<{ id: string }>(
    '/v1/clients',
    { name: 'Demo brand', slug: 'demo' },
    'demo-client',
  );
  const adminToken = await options.tokenFor({ role: 'admin', clientId: client.id, sub: 'demo-admin' });
  const admin = new ApiClient(options.gatewayUrl, adminToken);
  const asCreator = async (sub: string) =>
    new ApiClient(options.gatewayUrl, await options.tokenFor({ role: 'creator', clientId: client.id, sub }));

  const program = await admin.request('GET', '/v1/program');
  if (program.status === 404) await admin.put('/v1/program', PROGRAM);
  await createRewards(admin);

  const files = readdirSync(options.salesDirectory)
    .filter((name) => name.endsWith('.csv.gz'))
    .sort();
  const played = new Set((await admin.all<{ businessDate: string }>('/v1/syncs')).map((sync) => sync.businessDate));
  for (const [index, name] of files.entries()) {
    const businessDate = name.slice(0, 10);
    if (played.has(businessDate)) continue;
    const csv = gunzipSync(readFileSync(`${options.salesDirectory}/${name}`));
    await playFile(admin, { businessDate, csv, position: index + 1, of: files.length }, options.print);
    if (CLAIM_AFTER.has(index)) await claimBoosts(admin, asCreator, businessDate, options.print);
  }
  await untilSettled(operator);
  await settleBoosts(admin, asCreator, options.print);
  await untilSettled(operator);
  await printSummary(admin, options.print);
  return { clientId: client.id, adminToken };
}

async function untilSettled(operator: ApiClient): Promise<void> {
  const deadline = Date.now() + 120_000;
  while (!(await operator.get<{ settled: boolean }>('/v1/ops/status')).settled) {
    if (Date.now() > deadline) throw new Error('the demo did not settle within two minutes: see /v1/ops/status');
  }
}
