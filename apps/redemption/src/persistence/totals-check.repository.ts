import { sql, type Statement, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { Finding } from '../domain/verification/verdict.ts';
import { findingsOf } from './findings.ts';

/** Rows of a reward in a state, counted one by one. */
export interface CountedRows {
  readonly rewardId: string;
  readonly state: string;
  readonly rows: number;
}

export interface UnfinishedJob {
  readonly rewardId: string;
  readonly backfillId: string;
  readonly status: string;
}

/** What is told in sums, against what was counted: counters of rewards, and certificates of jobs. */
@Injectable()
export class TotalsCheckRepository {
  /** Sets meet sets in all that follows: of a fresh partition Postgres believes that looking up row by row were cheap. */
  async preferSets(tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`SELECT set_config('enable_nestloop', 'off', true)`);
  }

  /** @returns undefined when there is no such client */
  async rewardIds(tx: TenantTransaction): Promise<string[] | undefined> {
    const row = await tx.maybeOne<{ rewards: string[] }>(sql`
      SELECT ARRAY(SELECT id FROM redemption.reward WHERE client_id = ${tx.clientId} ORDER BY id) AS rewards
      FROM redemption.tenant WHERE client_id = ${tx.clientId}`);
    return row?.rewards;
  }

  unfinishedJobs(tx: TenantTransaction): Promise<UnfinishedJob[]> {
    return tx.many<UnfinishedJob>(sql`
      SELECT reward_id AS "rewardId", id AS "backfillId", status FROM redemption.backfill
      WHERE client_id = ${tx.clientId} AND status NOT IN ('done', 'failed', 'cancelled') ORDER BY id`);
  }

  countRows(tx: TenantTransaction): Promise<CountedRows[]> {
    return tx.many<CountedRows>(sql`
      SELECT reward_id AS "rewardId", state, count(*)::float8 AS rows
      FROM (SELECT reward_id, CASE WHEN status <> 'claimable' THEN status WHEN hidden_reason IS NULL THEN 'open'
                                   ELSE 'hidden' END AS state
            FROM redemption.redemption WHERE client_id = ${tx.clientId}) AS d
      GROUP BY reward_id, state`);
  }

  /** What GET /v1/rewards/{id} would answer as `counts`, folded or not. */
  counts(counted: readonly CountedRows[], tx: TenantTransaction): Promise<Finding[]> {
    const part = (table: Statement) => sql`
      SELECT c.reward_id, s.state, s.rows FROM ${table} c CROSS JOIN LATERAL (VALUES
        ('open', c.open), ('hidden', c.hidden), ('claimed', c.claimed), ('fulfilled', c.fulfilled),
        ('concluded', c.concluded), ('rejected', c.rejected)) AS s (state, rows) WHERE c.client_id = ${tx.clientId}`;
    const parts = sql`
      counted AS (${listOf(counted)}),
      told AS (
        SELECT reward_id, state, sum(rows) AS rows
        FROM (${part(sql`redemption.reward_count`)} UNION ALL ${part(sql`redemption.reward_count_delta`)}) AS parts
        GROUP BY reward_id, state)`;
    const faulty = sql`
      SELECT 'counts' AS "check", reward_id, NULL::uuid AS creator_id, NULL::uuid AS redemption_id,
             coalesce(c.rows, 0) || ' ' || state AS expected, coalesce(t.rows, 0) || ' ' || state AS found
      FROM counted c FULL JOIN told t USING (reward_id, state)
      WHERE coalesce(c.rows, 0) <> coalesce(t.rows, 0)`;
    return findingsOf(parts, faulty, tx);
  }

  /**
   * Of the last job of each reward that came to its end: the certificate against the slices it sums up, the slices against
   * the key space, and what all jobs of the reward say to have created against the rows it has: none is ever deleted.
   */
  certificates(counted: readonly CountedRows[], tx: TenantTransaction): Promise<Finding[]> {
    const faulty = sql`
      SELECT 'certificate' AS "check", reward_id, NULL::uuid AS creator_id, NULL::uuid AS redemption_id,
             what || ' ' || coalesce(claim.must_be, 'nothing') AS expected, what || ' ' || coalesce(claim.told, 'nothing') || ' in job ' || id AS found
      FROM job CROSS JOIN LATERAL (VALUES ${CLAIMS}) AS claim (what, must_be, told)
      WHERE claim.must_be IS DISTINCT FROM claim.told`;
    return findingsOf(certified(counted, tx), faulty, tx);
  }
}

function certified(counted: readonly CountedRows[], tx: TenantTransaction): Statement {
  return sql`
    counted AS (${listOf(counted)}),
    slice AS (
      SELECT s.backfill_id, count(*) AS slices, count(*) FILTER (WHERE s.done AND s.verified_at IS NOT NULL) AS ended,
             count(*) FILTER (WHERE s.until_creator = 'ffffffff-ffff-ffff-ffff-ffffffffffff') AS lasts,
             sum(s.eligible) AS eligible, sum(s.created) AS created, sum(s.brought_back) AS brought_back,
             sum(s.already_open) AS already_open, sum(s.excluded_reward_disabled) AS reward_disabled,
             sum(s.excluded_right_used_up) AS right_used_up, sum(s.hidden) AS hidden, sum(s.missing) AS missing,
             sum(s.stale) AS stale, sha256(string_agg(s.digest, '' ORDER BY s.slice)) AS digest
      FROM redemption.backfill_slice s WHERE s.client_id = ${tx.clientId} GROUP BY s.backfill_id),
    made AS (
      SELECT b.reward_id, sum(s.created) AS created
      FROM redemption.backfill b JOIN slice s ON s.backfill_id = b.id
      WHERE b.client_id = ${tx.clientId} GROUP BY b.reward_id),
    job AS MATERIALIZED (
      SELECT b.*, to_jsonb(s) AS sums, to_jsonb(b) AS certificate, s.digest AS slice_digest,
             s.ended, s.slices, s.lasts, m.created AS created_by_all,
             (SELECT coalesce(sum(c.rows), 0) FROM counted c WHERE c.reward_id = b.reward_id) AS rows_there
      FROM (SELECT DISTINCT ON (reward_id) * FROM redemption.backfill
            WHERE client_id = ${tx.clientId} AND status IN ('done', 'failed') AND verified_at IS NOT NULL
            ORDER BY reward_id, id DESC) AS b
      LEFT JOIN slice s ON s.backfill_id = b.id LEFT JOIN made m ON m.reward_id = b.reward_id)`;
}

/** What is told, what it must be, what it is. */
const CLAIMS = sql`
  ('eligible', sums ->> 'eligible', certificate ->> 'eligible'),
  ('created', sums ->> 'created', certificate ->> 'created'),
  ('brought back', sums ->> 'brought_back', certificate ->> 'brought_back'),
  ('already open', sums ->> 'already_open', certificate ->> 'already_open'),
  ('excluded as reward_disabled', sums ->> 'reward_disabled', certificate ->> 'excluded_reward_disabled'),
  ('excluded as right_used_up', sums ->> 'right_used_up', certificate ->> 'excluded_right_used_up'),
  ('hidden', sums ->> 'hidden', certificate ->> 'hidden'),
  ('missing', sums ->> 'missing', certificate ->> 'missing'),
  ('stale', sums ->> 'stale', certificate ->> 'stale'),
  ('status', CASE WHEN missing = 0 AND stale = 0 THEN 'done' ELSE 'failed' END, status),
  ('digest', encode(CASE WHEN digest IS NOT NULL THEN slice_digest END, 'hex'), encode(digest, 'hex')),
  ('slices through and verified', slices::text, ended::text),
  ('slices up to the last creator', '1', lasts::text),
  ('rows created by all jobs, of those there are', least(created_by_all, rows_there)::text, created_by_all::text)`;

function listOf(counted: readonly CountedRows[]): Statement {
  return sql`
    SELECT * FROM unnest(${counted.map(({ rewardId }) => rewardId)}::uuid[], ${counted.map(({ state }) => state)}::text[],
                         ${counted.map(({ rows }) => rows)}::bigint[]) AS c (reward_id, state, rows)`;
}
