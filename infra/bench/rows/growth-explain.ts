import type pg from 'pg';
import type { Bench, BenchContext } from '../bench-row.ts';
import { timed } from '../tier/progress.ts';
import { CLIENT_ID, creatorIdOf, ensureLedgerMonths, seedProgramAndCreators } from '../tier/tier-seed.ts';
import { TierWorld } from '../tier/tier-world.ts';

const QUESTIONS = 200;
const LAST_DAY = '2025-01-14';
/** Creators by the months in which each has sold on every day. */
const MONTHS = [36, 3] as const;

export const growthExplain: Bench = {
  name: 'growth-explain',
  work: 'explain for a creator with 3 years of days against one with 3 months, per day of sales',
  ratioToReach: 1.25,
  running: {},
  run: async (context) => {
    const questions = context.scale(QUESTIONS);
    const world = await TierWorld.seeded(context, 'bench_explain', seedLongHistories);
    return world.onCopy(async (copy) => {
      const { url } = await copy.start('http');
      const [long, short] = MONTHS;
      const limitSeconds = (await secondsOf(context, `${url}${pathOf(1)}`, questions)) * (long / short);
      const seconds = await secondsOf(context, `${url}${pathOf(0)}`, questions);
      context.report(`  growth-explain: ${((seconds / questions) * 1_000).toFixed(1)} ms for 3 years of days`);
      return { rows: questions, seconds, limitSeconds, peakMb: null };
    });
  },
};

const pathOf = (creator: number): string => `/v1/creators/${creatorIdOf(creator)}/tier/explain`;

/** One after the other. The first, which is not measured, finds everything cold. */
async function secondsOf({ stack }: BenchContext, url: string, questions: number): Promise<number> {
  const authorization = `Bearer ${await stack.token({ role: 'admin', clientId: CLIENT_ID })}`;
  const ask = async (): Promise<void> => {
    const answer = await fetch(url, { headers: { authorization } });
    const { decisions } = (await answer.json()) as { decisions?: readonly { agrees: boolean }[] };
    if (decisions?.every(({ agrees }) => agrees) !== true) throw new Error(`explain answered ${answer.status}`);
  };
  await ask();
  return timed(async () => {
    for (let asked = 0; asked < questions; asked += 1) await ask();
  });
}

/** A sync a day. Each creator reaches the highest tier on its first day, and keeps it in every review. */
async function seedLongHistories(client: pg.ClientBase): Promise<void> {
  await seedProgramAndCreators(client, MONTHS.length);
  const { rows } = await client.query<{ day: string }>(
    `SELECT (date '${LAST_DAY}' - make_interval(months => ${MONTHS[0]}))::date::text AS day`,
  );
  const first = rows[0]?.day ?? LAST_DAY;
  await ensureLedgerMonths(client, first, LAST_DAY);
  await client.query(
    `INSERT INTO tier_evaluation.completed_sync
       (client_id, sequence, sync_id, business_date, previous_business_date, expected, file_sha256)
     SELECT $1, 1 + day - date '${first}', gen_random_uuid(), day, nullif(day, date '${first}') - 1, 0, ''
     FROM (SELECT generate_series(date '${first}', date '${LAST_DAY}', interval '1 day')::date AS day) AS days`,
    [CLIENT_ID],
  );
  await client.query(
    `INSERT INTO tier_evaluation.watermark (client_id, completed_sequence, sequence, business_date, applied_sequence)
     SELECT client_id, max(sequence), max(sequence), max(business_date), max(sequence) FROM tier_evaluation.completed_sync GROUP BY 1`,
  );
  for (const [creator, months] of MONTHS.entries()) await seedHistory(client, creator, months);
  await client.query(
    'VACUUM (ANALYZE) tier_evaluation.day_entry, tier_evaluation.decision, tier_evaluation.completed_sync',
  );
}

async function seedHistory(client: pg.ClientBase, creator: number, months: number): Promise<void> {
  const began = `(date '${LAST_DAY}' - make_interval(months => ${months}))::date`;
  const of = [CLIENT_ID, creatorIdOf(creator)];
  await client.query(
    `INSERT INTO tier_evaluation.day_entry (client_id, creator_id, booked_on, effective_on, sync_sequence, adjustment_number, value)
     SELECT $1, $2, business_date, business_date, sequence, 0, CASE WHEN business_date = ${began} THEN 300000 ELSE 3000 END
     FROM tier_evaluation.completed_sync WHERE business_date >= ${began}`,
    of,
  );
  await client.query(
    `INSERT INTO tier_evaluation.decision
       (client_id, creator_id, number, kind, decided_for, value, threshold, tier_before, tier_after, outcome, tier_version,
        program_version, adjustments_counted, base, opening, sync_sequence, adjustment_number, cause_kind, cause_id)
     SELECT $1, $2, 1, 'promotion', business_date, 300000, 300000, 1, 4, 'promoted', 1, 1, 0, 0, 300000, sequence, 0, 'sync', sync_id
     FROM tier_evaluation.completed_sync WHERE business_date = ${began}`,
    of,
  );
  const window = (k: string): string => `(${began} + make_interval(months => 4 * (${k})))::date`;
  await client.query(
    `INSERT INTO tier_evaluation.decision
       (client_id, creator_id, number, kind, decided_for, window_start, due_date, value, threshold, tier_before, tier_after, outcome,
        tier_version, program_version, adjustments_counted, base, opening, sync_sequence, adjustment_number)
     SELECT $1, $2, k + 1, 'checkpoint', ${window('k')}, ${window('k - 1')}, ${window('k')}, sum(e.value) - opening, 300000, 4, 4,
            'maintained', 1, 1, 0, 0, opening, max(s.sequence), 0
     FROM generate_series(1, ${months} / 4) AS k
     CROSS JOIN LATERAL (SELECT CASE WHEN k = 1 THEN 300000 ELSE 0 END AS opening) AS o
     JOIN tier_evaluation.day_entry e
       ON e.client_id = $1 AND e.creator_id = $2 AND e.effective_on >= ${window('k - 1')} AND e.effective_on < ${window('k')}
     JOIN tier_evaluation.completed_sync s ON s.client_id = $1 AND s.business_date = ${window('k')}
     GROUP BY k, opening`,
    of,
  );
  await client.query(
    `INSERT INTO tier_evaluation.standing
       (client_id, creator_id, lane, tier, tier_version, onboarded_on, reached_on, window_start, due_date, anchor, window_number,
        window_months, opening, base, lifetime, booked_through, sync_sequence, program_version, checkpoint_count, adjustment_count,
        decision_count)
     SELECT $1, $2, lane, 4, 1, ${began}, ${began}, ${window(`${months} / 4`)}, ${window(`${months} / 4 + 1`)}, ${began}, ${months} / 4 + 1,
            4, CASE WHEN ${months} < 4 THEN 300000 ELSE 0 END, 0, (SELECT sum(value) FROM tier_evaluation.day_entry WHERE creator_id = $2),
            '${LAST_DAY}', (SELECT max(sequence) FROM tier_evaluation.completed_sync), 1, ${months} / 4, 0, ${months} / 4 + 1
     FROM bench_creator WHERE creator_id = $2`,
    of,
  );
}
