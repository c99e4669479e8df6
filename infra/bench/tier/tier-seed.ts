import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { keyOf, partitionOf } from '#libs/messaging';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

/** The client of the benches of tiers: one, in a database of its own. */
export const CLIENT_ID = '01920000-0000-7000-8000-00000000c11e';

/** Reached on this day, four months long. */
export const WINDOW_START = '2025-01-15';
export const WINDOW_DUE = '2025-05-15';

const ROWS_A_CHUNK = 2_000;

/** The same ids in every run, in the order of their making as ingestion's are. */
export function creatorIdOf(index: number): string {
  const hex = (0x100000000000 + index).toString(16);
  const scattered = (Math.imul(index, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0');
  return `0192${hex.slice(0, 4)}-${hex.slice(4, 8)}-7${hex.slice(8, 11)}-8${hex.slice(11)}00-0000${scattered}`;
}

/** A program with the ladder 0 / 1,000 / 2,000 / 3,000 of four months, and creators in `bench_creator (n, creator_id, lane)`. */
export async function seedProgramAndCreators(client: pg.ClientBase, creators: number): Promise<void> {
  const tiers = [0, 1_000, 2_000, 3_000].map((units, index) => ({
    name: `Tier ${index + 1}`,
    color: '#c0c0c0',
    threshold: String(units * 100),
    commissionRateBps: 1_000 + index * 100,
  }));
  await client.query(
    `INSERT INTO tier_evaluation.program
       (client_id, version, currency, timezone, metric, mode, checkpoint_months, attribution, clearing_days, tiers,
        sync_sequence)
     VALUES ($1, 1, 'USD', 'America/New_York', 'sales', 'checkpoint', 4, 'ledger', 20, $2::jsonb, 0)`,
    [CLIENT_ID, JSON.stringify(tiers)],
  );
  await client.query('INSERT INTO tier_evaluation.client_program VALUES ($1, 1, 1)', [CLIENT_ID]);
  await client.query('INSERT INTO tier_evaluation.tenant (client_id) VALUES ($1)', [CLIENT_ID]);
  await seedCreators(client, creators);
}

/** The ids of `creatorIdOf` in `bench_creator (n, creator_id, lane)`. */
export async function seedCreators(client: pg.ClientBase, creators: number): Promise<void> {
  await client.query('CREATE UNLOGGED TABLE bench_creator (n int, creator_id uuid, lane smallint)');
  const copy = client.query(copyFrom('COPY bench_creator FROM STDIN'));
  for (let from = 0; from < creators; from += ROWS_A_CHUNK) {
    const lines: string[] = [];
    for (let n = from; n < Math.min(creators, from + ROWS_A_CHUNK); n += 1) {
      const id = creatorIdOf(n);
      lines.push(`${n}\t${id}\t${partitionOf(keyOf(CLIENT_ID, id))}\n`);
    }
    if (!copy.write(lines.join(''))) await once(copy, 'drain');
  }
  copy.end();
  await finished(copy);
  await client.query('ANALYZE bench_creator');
}

/** Month partitions of the day ledger from one day's month to another's. */
export async function ensureLedgerMonths(client: pg.ClientBase, from: string, to: string): Promise<void> {
  await client.query(
    `SELECT tier_evaluation.ensure_range_partition('day_entry', m::date::text, (m + interval '1 month')::date::text, to_char(m, 'YYYY_MM'))
     FROM generate_series(date_trunc('month', $1::timestamp), date_trunc('month', $2::timestamp), interval '1 month') AS m`,
    [from, to],
  );
}

/**
 * Creators in the open window of one tier, all due on the same day. Of four, two keep what they have (the second and the
 * third tier), one falls from the fourth to the second, one from the second to the first.
 */
export async function seedReviewedCreators(client: pg.ClientBase): Promise<void> {
  await ensureLedgerMonths(client, WINDOW_START, '2025-07-15');
  await client.query(
    `INSERT INTO tier_evaluation.standing
       (client_id, creator_id, lane, tier, tier_version, reached_on, window_start, due_date, anchor, window_number, window_months,
        opening, base, lifetime, booked_through, sync_sequence, program_version, checkpoint_count, adjustment_count, decision_count)
     SELECT $1, creator_id, lane, (ARRAY[2, 3, 4, 2])[1 + n % 4], 1, $2, $2, $3, $2, 1, 4, (ARRAY[0, 0, 350000, 150000])[1 + n % 4],
            0, ${FIRST} + 2 * ${LATER}, '2025-04-02', 3, 1, 0, 0, 1
     FROM bench_creator ORDER BY n`,
    [CLIENT_ID, WINDOW_START, WINDOW_DUE],
  );
  const syncs = [
    { on: WINDOW_START, sequence: 1, value: FIRST },
    { on: '2025-02-20', sequence: 2, value: LATER },
    { on: '2025-04-02', sequence: 3, value: LATER },
  ];
  for (const { on, sequence, value } of syncs) {
    await client.query(
      `INSERT INTO tier_evaluation.day_entry SELECT $1, creator_id, $2, $2, $3, 0, ${value} FROM bench_creator ORDER BY n`,
      [CLIENT_ID, on, sequence],
    );
  }
  await client.query('VACUUM (ANALYZE) tier_evaluation.standing, tier_evaluation.day_entry');
}

const FIRST = '(ARRAY[45000, 80000, 350000, 150000])[1 + n % 4]';
const LATER = '(ARRAY[45000, 80000, 60000, 20000])[1 + n % 4]';

/** Creators of all four tiers, nobody due before the summer, each with three events of sales behind it. */
export async function seedSellingCreators(client: pg.ClientBase): Promise<void> {
  await ensureLedgerMonths(client, WINDOW_START, '2025-07-15');
  await client.query(
    `INSERT INTO tier_evaluation.standing
       (client_id, creator_id, lane, tier, tier_version, reached_on, window_start, due_date, anchor, window_number, window_months,
        opening, base, lifetime, booked_through, sync_sequence, program_version, checkpoint_count, adjustment_count, decision_count)
     SELECT $1, creator_id, lane, tier, (tier > 1)::int, $2, first_day, CASE WHEN tier > 1 THEN $3::date END, first_day,
            (tier > 1)::int, 4 * (tier > 1)::int, 0, 0, 90000 + 100000 * (tier - 1), '2025-04-02', 3, 1, 0, 0, (tier > 1)::int
     FROM (SELECT *, 1 + n % 4 AS tier, CASE WHEN n % 4 > 0 THEN $2::date END AS first_day FROM bench_creator) AS creator ORDER BY n`,
    [CLIENT_ID, WINDOW_START, WINDOW_DUE],
  );
  await client.query(
    `INSERT INTO tier_evaluation.consumer_version (consumer, client_id, subject, version)
     SELECT 'tier-evaluation.apply-creator-sales', $1, creator_id::text, 3 FROM bench_creator ORDER BY n`,
    [CLIENT_ID],
  );
  await client.query(
    `INSERT INTO tier_evaluation.day_entry
     SELECT $1, creator_id, on_day, on_day, sequence, 0, (90000 + 100000 * (n % 4)) / 3
     FROM (VALUES (1, $2::date), (2, '2025-02-20'::date), (3, '2025-04-02'::date)) AS sync (sequence, on_day), bench_creator
     ORDER BY sequence, n`,
    [CLIENT_ID, WINDOW_START],
  );
  await client.query(
    'VACUUM (ANALYZE) tier_evaluation.standing, tier_evaluation.day_entry, tier_evaluation.consumer_version',
  );
}
