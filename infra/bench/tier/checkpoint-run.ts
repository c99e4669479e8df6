import { setTimeout as pause } from 'node:timers/promises';
import type { BenchContext } from '../bench-row.ts';
import { peakMbOf, resetPeak } from '../peak-memory.ts';
import { timed } from './progress.ts';
import { CLIENT_ID, seedProgramAndCreators, seedReviewedCreators } from './tier-seed.ts';
import { TierWorld, type TierCopy } from './tier-world.ts';

const REACHED = '2025-05-20';

export function dueCreators(context: BenchContext, creators: number): Promise<TierWorld> {
  return TierWorld.seeded(context, `bench_due_${creators}`, async (client) => {
    await seedProgramAndCreators(client, creators);
    await seedReviewedCreators(client);
  });
}

/** From a sync that makes everybody due until it is applied: everybody decided, written, and the events in the outbox. */
export async function reviewAll(
  { stack }: BenchContext,
  copy: TierCopy,
): Promise<{ readonly seconds: number; readonly peakMb: number | null }> {
  await copy.pool.query(
    `INSERT INTO tier_evaluation.completed_sync
       (client_id, sequence, sync_id, business_date, previous_business_date, expected, file_sha256)
     VALUES ($1, 3, gen_random_uuid(), '2025-04-02', NULL, 0, ''), ($1, 4, gen_random_uuid(), $2, '2025-04-02', 0, '')`,
    [CLIENT_ID, REACHED],
  );
  await copy.pool.query(
    `INSERT INTO tier_evaluation.watermark (client_id, completed_sequence, sequence, business_date, applied_sequence)
     VALUES ($1, 3, 3, '2025-04-02', 3)`,
    [CLIENT_ID],
  );
  // Nobody publishes; what tells whether the service is idle asks the broker all the same.
  await copy.makeTopics();
  const service = await copy.start('http,reconcilers');
  await untilIdle(`${service.url}/ops/status`, await stack.token({ role: 'operator' }));
  resetPeak(service.pid);
  const seconds = await timed(async () => {
    await copy.pool.query('UPDATE tier_evaluation.watermark SET completed_sequence = 4 WHERE client_id = $1', [
      CLIENT_ID,
    ]);
    while ((await appliedSequence(copy)) < 4) await pause(5);
  });
  return { seconds, peakMb: peakMbOf(service.pid) };
}

/** The window sums alone, then the same rows into the same tables, with the same indexes. */
export async function sumAndInsert(copy: TierCopy): Promise<number> {
  await copy.pool.query(`
    CREATE UNLOGGED TABLE bench_decided AS
    SELECT s.client_id, s.creator_id, s.lane, 2::bigint AS number, s.due_date, s.window_start, w.value,
           ('{0,100000,200000,300000}'::bigint[])[s.tier] AS threshold, s.tier AS tier_before,
           greatest(1, width_bucket(w.value, '{0,100000,200000,300000}'::bigint[]))::smallint AS tier_after, s.opening, s.base
    FROM tier_evaluation.standing s JOIN (${WINDOW_SUMS}) AS w USING (creator_id) ORDER BY s.lane`);
  await copy.pool.query(`
    CREATE UNLOGGED TABLE bench_told AS
    SELECT lane, topic, client_id || ':' || creator_id AS key, '{"specversion":"1.0","id":"' || gen_random_uuid() || '","type":"laurel.'
      || type || '","source":"laurel/tier-evaluation","subject":"' || creator_id || '","time":"2025-05-20T06:00:00.000Z","datacontenttype"'
      || ':"application/json","clientid":"' || client_id || '","aggregateid":"' || creator_id || '","aggregateversion":1,"traceparent":'
      || '"00-0123456789abcdef0123456789abcdef-0123456789abcdef-01","data":' || repeat('x', length) || '}' AS value
    FROM bench_decided,
         (VALUES ('laurel.checkpoint', 'checkpoint.evaluated.v1', 220), ('laurel.tier', 'tier.changed.v1', 180)) AS e (topic, type, length)
    WHERE topic = 'laurel.checkpoint' OR tier_before <> tier_after ORDER BY lane`);
  return timed(async () => {
    await copy.pool.query(`SELECT count(*), sum(value) FROM (${WINDOW_SUMS}) AS w`);
    await copy.pool.query(`
      INSERT INTO tier_evaluation.decision
        (client_id, creator_id, number, kind, decided_for, window_start, due_date, value, threshold, tier_before, tier_after, outcome,
         tier_version, program_version, adjustments_counted, base, opening, sync_sequence, adjustment_number)
      SELECT client_id, creator_id, number, 'checkpoint', due_date, window_start, due_date, value, threshold, tier_before, tier_after,
             CASE WHEN tier_before = tier_after THEN 'maintained' ELSE 'demoted' END, 2, 1, 0, base, opening, 3, 0
      FROM bench_decided`);
    await copy.pool.query(`
      INSERT INTO tier_evaluation.outbox (shard, topic, partition, key, value)
      SELECT lane % 2, topic, lane, key, value FROM bench_told`);
  });
}

const WINDOW_SUMS = `
  SELECT s.creator_id, coalesce(sum(e.value), 0)::bigint - s.opening AS value
  FROM tier_evaluation.standing s
  LEFT JOIN tier_evaluation.day_entry e ON e.client_id = s.client_id AND e.creator_id = s.creator_id
    AND e.effective_on >= s.window_start AND e.effective_on < s.due_date
  WHERE s.client_id = '${CLIENT_ID}' AND s.due_date <= '${REACHED}' GROUP BY s.creator_id, s.opening`;

/** What else the service makes of a brand it has never seen must be over. */
async function untilIdle(url: string, token: string): Promise<void> {
  for (;;) {
    const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    const { pending } = (await answer.json()) as { pending?: Record<string, number> };
    if (pending !== undefined && Object.values(pending).every((count) => count === 0)) return;
    await pause(100);
  }
}

async function appliedSequence(copy: TierCopy): Promise<number> {
  const { rows } = await copy.pool.query<{ applied: string }>(
    'SELECT applied_sequence AS applied FROM tier_evaluation.watermark',
  );
  return Number(rows[0]?.applied);
}
