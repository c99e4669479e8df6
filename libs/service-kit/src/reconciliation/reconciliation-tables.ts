import { tenantTable } from '#libs/persistence';
import type { Difference } from './comparison.ts';

const FIGURES = ['client', 'creator', 'video'] as const;

/**
 * The tables of a service that compares its figures: its runs, client by client, and what did not agree.
 * @param subjects what its findings are about
 */
export function reconciliationTables(
  schema: string,
  subjects: readonly Difference['subject']['kind'][] = FIGURES,
): string {
  return `
    -- A run over one client's figures. There is one a night, and one whenever an operator asks.
    CREATE TABLE ${schema}.reconciliation_run (
      client_id uuid NOT NULL,
      number bigint NOT NULL,
      night date,
      asked_by text,
      status text NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'done', 'superseded')),
      -- What is compared next, and behind which row; empty at the beginning.
      comparison text NOT NULL DEFAULT '',
      compared_up_to text,
      compared bigint NOT NULL DEFAULT 0,
      differences bigint NOT NULL DEFAULT 0,
      resolved bigint NOT NULL DEFAULT 0,
      started_at timestamptz NOT NULL DEFAULT now(),
      finished_at timestamptz,
      PRIMARY KEY (client_id, number),
      CHECK ((night IS NULL) <> (asked_by IS NULL)),
      CHECK ((status = 'running') = (finished_at IS NULL))
    );
    CREATE UNIQUE INDEX reconciliation_run_night ON ${schema}.reconciliation_run (client_id, night);
    CREATE UNIQUE INDEX reconciliation_run_running ON ${schema}.reconciliation_run (client_id) WHERE status = 'running';
    ${tenantTable(schema, 'reconciliation_run', ['select', 'insert', 'update'])}

    -- What two places of the service say differently. Never removed: a run that no longer finds it marks it as resolved.
    CREATE TABLE ${schema}.reconciliation_finding (
      client_id uuid NOT NULL,
      id uuid NOT NULL DEFAULT uuidv7(),
      kind text NOT NULL,
      subject_kind text NOT NULL CHECK (subject_kind IN (${subjects.map((subject) => `'${subject}'`).join(', ')})),
      subject_id uuid NOT NULL,
      -- As of the last run that saw it.
      expected text NOT NULL,
      found text NOT NULL,
      first_run bigint NOT NULL,
      last_run bigint NOT NULL,
      first_seen_at timestamptz NOT NULL DEFAULT now(),
      last_seen_at timestamptz NOT NULL DEFAULT now(),
      resolved_run bigint,
      resolved_at timestamptz,
      PRIMARY KEY (client_id, id),
      CHECK ((resolved_run IS NULL) = (resolved_at IS NULL)),
      FOREIGN KEY (client_id, first_run) REFERENCES ${schema}.reconciliation_run (client_id, number),
      FOREIGN KEY (client_id, last_run) REFERENCES ${schema}.reconciliation_run (client_id, number),
      FOREIGN KEY (client_id, resolved_run) REFERENCES ${schema}.reconciliation_run (client_id, number)
    ) WITH (fillfactor = 70);
    CREATE UNIQUE INDEX reconciliation_finding_open ON ${schema}.reconciliation_finding (client_id, kind, subject_id)
      WHERE resolved_run IS NULL;
    ${tenantTable(schema, 'reconciliation_finding', ['select', 'insert', 'update'])}`;
}
