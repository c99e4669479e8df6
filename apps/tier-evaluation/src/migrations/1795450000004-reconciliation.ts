import { tenantTable } from '#libs/persistence';
import { reconciliationTables } from '#libs/service-kit';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const SCHEMA = 'tier_evaluation';

/** What a creator's figures are held against, and what was found and mended. */
export class Reconciliation1795450000004 implements MigrationInterface {
  readonly name = 'Reconciliation1795450000004';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(reconciliationTables(SCHEMA));
    await runner.query(INGESTED_TOTAL);
    await runner.query(STANDING_REBUILD);
    await runner.query(FILL);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

const INGESTED_TOTAL = `
  -- What ingestion's latest event said of each creator, noted where the event was booked: what the ledger is held against,
  -- and what of a standing does not follow from the ledger, since an event whose differences cancel out leaves no entry.
  CREATE TABLE ${SCHEMA}.ingested_total (
    client_id uuid NOT NULL,
    creator_id uuid NOT NULL,
    sync_sequence bigint NOT NULL,
    business_date date NOT NULL,
    -- The version in force when it was booked.
    program_version integer NOT NULL,
    -- In the program's metric.
    lifetime bigint NOT NULL,
    PRIMARY KEY (client_id, creator_id)
  ) WITH (fillfactor = 70);
  ${tenantTable(SCHEMA, 'ingested_total', ['select', 'insert', 'update'])}`;

const STANDING_REBUILD = `
  -- Standings that a rebuild has changed, as they were and as they became.
  CREATE TABLE ${SCHEMA}.standing_rebuild (
    client_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT uuidv7(),
    creator_id uuid NOT NULL,
    -- By kind of difference.
    changes jsonb NOT NULL,
    rebuilt_by text NOT NULL,
    rebuilt_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (client_id, id)
  );
  ${tenantTable(SCHEMA, 'standing_rebuild', ['select', 'insert'])}`;

/** Of events that were booked before there was the table, the standing is what is known. */
const FILL = `
  DO $fill$
  DECLARE
    client uuid;
  BEGIN
    FOR client IN SELECT client_id FROM ${SCHEMA}.tenant LOOP
      PERFORM set_config('laurel.client_id', client::text, true);
      INSERT INTO ${SCHEMA}.ingested_total (client_id, creator_id, sync_sequence, business_date, program_version, lifetime)
      SELECT s.client_id, s.creator_id, s.sync_sequence, s.booked_through, s.program_version,
             s.lifetime - coalesce((SELECT sum(a.value) FROM ${SCHEMA}.adjustment a
                                    WHERE a.client_id = s.client_id AND a.creator_id = s.creator_id), 0)
      FROM ${SCHEMA}.standing s WHERE s.client_id = client AND s.booked_through IS NOT NULL;
    END LOOP;
  END
  $fill$`;
