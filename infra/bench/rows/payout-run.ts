import type { Bench, BenchContext } from '../bench-row.ts';
import { sealAccounts, seedPayableBoosts } from '../boost/payout-seed.ts';
import { peakMbOf, resetPeak } from '../peak-memory.ts';
import { timed } from '../tier/progress.ts';
import { CLIENT_ID } from '../tier/tier-seed.ts';
import { TierWorld, type TierCopy } from '../tier/tier-world.ts';

const PAYOUTS = 50_000;
const LIMIT_SECONDS = 10;
/**
 * What is measured of memory is the highest resident memory of the whole process while it exports, its 150 MB of code and
 * modules included. It has exported nothing before, and has not frozen the run: another of the same service has.
 */
const EXPORTING_MB = 200;
/** After the export, what the provider answers to it. */
const RESULTS_HEADER = 'reference,transactionId,status\n';

export const payoutRun: Bench = {
  name: 'payout-run',
  work: 'the file of a payout run of 50,000 payouts over HTTP, every account opened, against 10 s; freezing and results beside it',
  ratioToReach: 1,
  memoryToReachMb: EXPORTING_MB,
  running: {},
  run: async (context) => {
    const payouts = context.scale(PAYOUTS);
    const world = await TierWorld.seeded(
      context,
      'bench_payout_run',
      (client) => seedPayableBoosts(client, payouts),
      'commission-boost',
    );
    return world.onCopy(async (copy) => {
      await sealAccounts(copy.runningUrl, context.stack.environmentOf('commission-boost'));
      await copy.pool.query('VACUUM (ANALYZE) commission_boost.payment_detail, commission_boost.data_key');
      return measure(context, copy, payouts);
    });
  },
};

async function measure(context: BenchContext, copy: TierCopy, payouts: number) {
  const { url } = await copy.start('http');
  // What freezing has left behind in a process is not the file's: another of the same service writes it.
  const { url: exporting, pid } = await copy.start('http');
  const authorization = `Bearer ${await context.stack.token({ role: 'admin', clientId: CLIENT_ID })}`;
  let run = '';
  let file = '';
  const freezing = await timed(async () => {
    const headers = { authorization, 'idempotency-key': 'bench' };
    const answer = await fetch(`${url}/v1/payout-runs`, { method: 'POST', headers });
    const made = (await answer.json()) as { id: string; payouts: number };
    if (made.payouts !== payouts) throw new Error(`the run has ${made.payouts} payouts: ${answer.status}`);
    run = `/v1/payout-runs/${made.id}`;
  });
  const idleMb = peakMbOf(pid);
  resetPeak(pid);
  const seconds = await timed(async () => {
    file = await (await fetch(`${exporting}${run}/export`, { headers: { authorization } })).text();
  });
  const peakMb = peakMbOf(pid);
  const references = file.split('\r\n').flatMap((line) => line.split(',')[3] ?? []);
  if (references.length !== payouts) throw new Error(`the file has ${references.length} lines`);
  resetPeak(pid);
  const settling = await timed(async () => {
    const lines = references.map((reference, index) => `${reference},PP-${index},SUCCESS\n`);
    const headers = { authorization, 'content-type': 'text/csv' };
    const answer = await fetch(`${exporting}${run}/results`, {
      method: 'POST',
      headers,
      body: RESULTS_HEADER + lines.join(''),
    });
    const { outcomes } = (await answer.json()) as { outcomes: Record<string, number> };
    if (outcomes['paid'] !== payouts) throw new Error(`results: ${answer.status} ${JSON.stringify(outcomes)}`);
  });
  const settlingMb = peakMbOf(pid);
  context.report(
    `  frozen in ${freezing.toFixed(1)} s, exported in ${seconds.toFixed(1)} s, ` +
      `settled in ${settling.toFixed(1)} s with ${Math.round(settlingMb ?? 0)} MB; ` +
      `the process that exports had ${Math.round(idleMb ?? 0)} MB at most before it`,
  );
  return { rows: payouts, seconds, limitSeconds: (LIMIT_SECONDS * payouts) / PAYOUTS, peakMb };
}
