import type { CreatorId } from '#libs/kernel';
import { sql, trustedSql, type Statement, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { CreatorFacts, KeptStanding, MadeDecision } from '../domain/rebuild/creator-facts.ts';
import { CREATOR_FACTS_COLUMNS, toFacts, toKept, toMade, type FactsRow, type MadeRow } from './creator-facts-row.ts';
import { STANDING_COLUMNS } from './standing-row.ts';

/** Whose facts: some creators by id, or all behind one and up to another. */
export type Scope =
  { readonly creatorIds: readonly CreatorId[] } | { readonly after: CreatorId | null; readonly upTo: CreatorId | null };

export interface KnownCreator {
  readonly creatorId: CreatorId;
  readonly facts: CreatorFacts;
  /** Undefined where the row is missing. */
  readonly kept: KeptStanding | undefined;
}

const NOBODY = '00000000-0000-0000-0000-000000000000';

@Injectable()
export class CreatorFactsRepository {
  /** The creators behind one in the order of their ids, whether or not they have a standing. */
  async creatorsAfter(tx: TenantTransaction, after: CreatorId | null, limit: number): Promise<CreatorId[]> {
    const from = after ?? NOBODY;
    const rows = await tx.many<{ creator_id: CreatorId }>(sql`
      SELECT creator_id FROM (
        (SELECT creator_id FROM tier_evaluation.standing
         WHERE client_id = ${tx.clientId} AND creator_id > ${from}::uuid ORDER BY creator_id LIMIT ${limit})
        UNION
        (SELECT creator_id FROM tier_evaluation.ingested_total
         WHERE client_id = ${tx.clientId} AND creator_id > ${from}::uuid ORDER BY creator_id LIMIT ${limit})
      ) AS known ORDER BY creator_id LIMIT ${limit}`);
    return rows.map((row) => row.creator_id);
  }

  /**
   * Everything that is kept of these creators, in the order of their ids. Two statements: the caller holds the creators'
   * lane, or reads one snapshot. What the plan expects of a range it has no statistics of must not become a nested loop.
   */
  async load(tx: TenantTransaction, scope: Scope): Promise<KnownCreator[]> {
    await tx.execute(sql`SELECT set_config('enable_nestloop', 'off', true)`);
    const made = await this.#decisions(tx, scope);
    const of = (alias: string) => inScope(tx, scope, alias);
    const rows = await tx.many<FactsRow>(sql`
      WITH s AS MATERIALIZED (SELECT s.* FROM tier_evaluation.standing s WHERE ${of('s')}),
      told AS MATERIALIZED (SELECT t.* FROM tier_evaluation.ingested_total t WHERE ${of('t')}),
      last AS MATERIALIZED (
        SELECT DISTINCT ON (d.creator_id) d.* FROM tier_evaluation.decision d WHERE ${of('d')}
        ORDER BY d.creator_id, d.number DESC
      ),
      made AS MATERIALIZED (
        SELECT d.creator_id, count(*) AS decisions, count(*) FILTER (WHERE d.kind = 'checkpoint') AS checkpoints,
               max(d.due_date) FILTER (WHERE d.kind = 'checkpoint') AS reviewed_due
        FROM tier_evaluation.decision d WHERE ${of('d')} GROUP BY d.creator_id
      ),
      booked AS MATERIALIZED (${ledgerSums(of('e'))}),
      adjusted AS MATERIALIZED (
        SELECT a.creator_id, count(*) AS count, sum(a.value) AS value, max(a.program_version) AS program_version
        FROM tier_evaluation.adjustment a WHERE ${of('a')} GROUP BY a.creator_id
      ),
      who AS (
        SELECT creator_id FROM s UNION SELECT creator_id FROM told UNION SELECT creator_id FROM made
        UNION SELECT creator_id FROM booked UNION SELECT creator_id FROM adjusted
      )
      SELECT who.creator_id AS id, s.lane, s.onboarded_on::text AS onboarded_on, ${STANDING_COLUMNS}, ${CREATOR_FACTS_COLUMNS},
             CASE WHEN made.reviewed_due IS NOT NULL THEN (
               SELECT min(c.business_date)::text FROM tier_evaluation.completed_sync c
               WHERE c.client_id = ${tx.clientId} AND c.business_date >= made.reviewed_due) END AS reviewed_through
      FROM who
      LEFT JOIN s ON s.creator_id = who.creator_id
      LEFT JOIN told ON told.creator_id = who.creator_id
      LEFT JOIN last ON last.creator_id = who.creator_id
      LEFT JOIN made ON made.creator_id = who.creator_id
      LEFT JOIN booked ON booked.creator_id = who.creator_id
      LEFT JOIN adjusted ON adjusted.creator_id = who.creator_id
      ORDER BY who.creator_id`);
    return rows.map((row) => ({ creatorId: row.id, facts: toFacts(row, made.get(row.id) ?? []), kept: toKept(row) }));
  }

  /** From each creator's latest change of tier on; the first decision of all is one. */
  async #decisions(tx: TenantTransaction, scope: Scope): Promise<Map<CreatorId, MadeDecision[]>> {
    const rows = await tx.many<MadeRow>(sql`
      WITH d AS MATERIALIZED (
        SELECT d.*, max(d.number) FILTER (WHERE d.tier_after <> d.tier_before) OVER (PARTITION BY d.creator_id) AS changed
        FROM tier_evaluation.decision d WHERE ${inScope(tx, scope, 'd')}
      )
      SELECT creator_id, number, kind, decided_for::text AS decided_for, tier_before, tier_after, tier_version,
             program_version, outcome, value, base, opening
      FROM d WHERE number >= coalesce(changed, 1) ORDER BY creator_id, number`);
    const made = new Map<CreatorId, MadeDecision[]>();
    for (const row of rows) made.set(row.creator_id, [...(made.get(row.creator_id) ?? []), toMade(row)]);
    return made;
  }
}

function inScope(tx: TenantTransaction, scope: Scope, alias: string): Statement {
  const table = trustedSql(alias);
  const ofClient = sql`${table}.client_id = ${tx.clientId}`;
  if ('creatorIds' in scope) return sql`${ofClient} AND ${table}.creator_id = ANY (${scope.creatorIds}::uuid[])`;
  const upTo = scope.upTo === null ? sql`` : sql`AND ${table}.creator_id <= ${scope.upTo}::uuid`;
  return sql`${ofClient} AND ${table}.creator_id > ${scope.after ?? NOBODY}::uuid ${upTo}`;
}

/** The ledger as it is, and as the latest decision knew it. */
function ledgerSums(scope: Statement): Statement {
  const known = trustedSql(`(e.adjustment_number = 0 AND e.sync_sequence <= last.sync_sequence
        OR e.adjustment_number BETWEEN 1 AND last.adjustment_number)`);
  const sum = (condition: Statement) => sql`coalesce(sum(e.value) FILTER (WHERE ${condition}), 0)`;
  return sql`
    SELECT e.creator_id, ${sum(trustedSql('e.adjustment_number = 0'))} AS sales,
           ${sum(trustedSql('e.adjustment_number > 0'))} AS adjustments,
           count(*) FILTER (WHERE e.adjustment_number > 0) AS adjustment_count,
           min(e.booked_on) AS first_booked, max(e.booked_on) AS booked_through,
           ${sum(known)} AS known_lifetime,
           ${sum(sql`${known} AND e.effective_on >= last.decided_for`)} AS known_from_date,
           ${sum(sql`${known} AND e.effective_on >= last.window_start AND e.effective_on < last.due_date`)} AS known_in_window,
           ${sum(sql`${known} AND e.effective_on < last.decided_for`)} AS known_before_date
    FROM tier_evaluation.day_entry e LEFT JOIN last ON last.creator_id = e.creator_id
    WHERE ${scope} GROUP BY e.creator_id`;
}
