import { sql, trustedSql, type Statement, type TenantTransaction } from '#libs/persistence';
import type { Difference } from './comparison.ts';

/** A row of `reconciliation_finding` as an operator reads it. */
export interface Finding {
  readonly id: string;
  readonly clientId: string;
  readonly kind: string;
  readonly subject: { readonly kind: string; readonly id: string };
  readonly expected: string;
  readonly found: string;
  readonly firstSeen: { readonly run: number; readonly at: string };
  readonly lastSeen: { readonly run: number; readonly at: string };
  readonly resolved: { readonly run: number; readonly at: string } | null;
}

export interface FindingFilter {
  readonly status: 'open' | 'resolved' | 'all';
  readonly kind: string | undefined;
}

interface FindingRow {
  id: string;
  client_id: string;
  kind: string;
  subject_kind: string;
  subject_id: string;
  expected: string;
  found: string;
  first_run: string;
  last_run: string;
  resolved_run: string | null;
  first_seen_at: Date;
  last_seen_at: Date;
  resolved_at: Date | null;
}

/** New rows of one run at most. A client all of whose figures are wrong has one fault, not a million. */
export const ROWS_A_RUN = 10_000;

/** What the runs of a service have found. */
export class FindingStore {
  readonly #schema: Statement;

  constructor(schema: string) {
    this.#schema = trustedSql(schema);
  }

  /**
   * Notes what a run has found. A finding that is open already stays the one row; new ones are noted up to a number.
   * @param before how many differences the run had found before these
   * @returns those that were not known
   */
  async record(
    tx: TenantTransaction,
    run: { readonly number: number; readonly before: number },
    differences: readonly Difference[],
  ): Promise<Difference[]> {
    if (differences.length === 0) return [];
    const rows = await tx.many<{ kind: string; subject_id: string }>(sql`
      WITH noted AS (
        INSERT INTO ${this.#schema}.reconciliation_finding AS f
          (client_id, kind, subject_kind, subject_id, expected, found, first_run, last_run)
        SELECT ${tx.clientId}::uuid, d.kind, d.subject_kind, d.subject_id, d.expected, d.found, ${run.number}, ${run.number}
        FROM unnest(${differences.map(({ kind }) => kind)}::text[],
                    ${differences.map(({ subject }) => subject.kind)}::text[],
                    ${differences.map(({ subject }) => subject.id)}::uuid[],
                    ${differences.map(({ expected }) => expected)}::text[],
                    ${differences.map(({ found }) => found)}::text[])
             WITH ORDINALITY AS d (kind, subject_kind, subject_id, expected, found, place)
        WHERE d.place + ${run.before} <= ${ROWS_A_RUN}
           OR EXISTS (SELECT 1 FROM ${this.#schema}.reconciliation_finding known
                      WHERE known.client_id = ${tx.clientId} AND known.kind = d.kind
                        AND known.subject_id = d.subject_id AND known.resolved_run IS NULL)
        ON CONFLICT (client_id, kind, subject_id) WHERE resolved_run IS NULL DO UPDATE
        SET expected = excluded.expected, found = excluded.found, last_run = excluded.last_run, last_seen_at = now()
        RETURNING new.kind, new.subject_id, old.id IS NULL AS is_new
      )
      SELECT kind, subject_id FROM noted WHERE is_new`);
    const fresh = new Set(rows.map((row) => `${row.kind} ${row.subject_id}`));
    return differences.filter(({ kind, subject }) => fresh.has(`${kind} ${subject.id}`));
  }

  /** Marks what the run has not seen again. @returns how many */
  async resolve(tx: TenantTransaction, run: number): Promise<number> {
    return tx.execute(sql`
      UPDATE ${this.#schema}.reconciliation_finding SET resolved_run = ${run}, resolved_at = now()
      WHERE client_id = ${tx.clientId} AND resolved_run IS NULL AND last_run < ${run}`);
  }

  async openByKind(tx: TenantTransaction): Promise<Map<string, number>> {
    const rows = await tx.many<{ kind: string; open: string }>(sql`
      SELECT kind, count(*) AS open FROM ${this.#schema}.reconciliation_finding
      WHERE client_id = ${tx.clientId} AND resolved_run IS NULL GROUP BY kind`);
    return new Map(rows.map(({ kind, open }) => [kind, Number(open)]));
  }

  /** Of one client, the oldest first. */
  async list(
    tx: TenantTransaction,
    filter: FindingFilter,
    page: { readonly after: string | undefined; readonly fetch: number },
  ): Promise<Finding[]> {
    const { status, kind } = filter;
    const ofStatus =
      status === 'all' ? sql`` : status === 'open' ? sql`AND resolved_run IS NULL` : sql`AND resolved_run IS NOT NULL`;
    const ofKind = kind === undefined ? sql`` : sql`AND kind = ${kind}`;
    const after = page.after === undefined ? sql`` : sql`AND id > ${page.after}::uuid`;
    const rows = await tx.many<FindingRow>(sql`
      SELECT * FROM ${this.#schema}.reconciliation_finding
      WHERE client_id = ${tx.clientId} ${ofStatus} ${ofKind} ${after} ORDER BY id LIMIT ${page.fetch}`);
    return rows.map(toFinding);
  }
}

function toFinding(row: FindingRow): Finding {
  return {
    id: row.id,
    clientId: row.client_id,
    kind: row.kind,
    subject: { kind: row.subject_kind, id: row.subject_id },
    expected: row.expected,
    found: row.found,
    firstSeen: { run: Number(row.first_run), at: row.first_seen_at.toISOString() },
    lastSeen: { run: Number(row.last_run), at: row.last_seen_at.toISOString() },
    resolved:
      row.resolved_run === null || row.resolved_at === null
        ? null
        : { run: Number(row.resolved_run), at: row.resolved_at.toISOString() },
  };
}
