import type { MigrationInterface, QueryRunner } from 'typeorm';

const SCHEMA = 'tier_evaluation';

export class WhatDecisionsKnew1795450000001 implements MigrationInterface {
  readonly name = 'WhatDecisionsKnew1795450000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(COLUMNS);
    await runner.query(FILL);
    await runner.query(CONSTRAINTS);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

const COLUMNS = `
  -- What the creator's ledger held when it was decided: sales of syncs up to this sequence, adjustments up to this number.
  ALTER TABLE ${SCHEMA}.decision ADD COLUMN sync_sequence bigint, ADD COLUMN adjustment_number bigint;
  -- The client's latest applied sync when the version was published; 0 before the first.
  ALTER TABLE ${SCHEMA}.program ADD COLUMN sync_sequence bigint;
  -- Null until creator.onboarded has come, which the creator's first sales may overtake.
  ALTER TABLE ${SCHEMA}.standing ADD COLUMN onboarded_on date;
  -- Which sync made a checkpoint due.
  CREATE INDEX completed_sync_date ON ${SCHEMA}.completed_sync (client_id, business_date, sequence);`;

const CONSTRAINTS = `
  ALTER TABLE ${SCHEMA}.decision ALTER COLUMN sync_sequence SET NOT NULL, ALTER COLUMN adjustment_number SET NOT NULL;
  ALTER TABLE ${SCHEMA}.program ALTER COLUMN sync_sequence SET NOT NULL;`;

/** A sync of the date an earlier row knows; where two syncs share a date, the later. */
const latestSyncBy = (date: string) => `coalesce((
  SELECT max(c.sequence) FROM ${SCHEMA}.completed_sync c
  WHERE c.client_id = client AND c.business_date <= ${date}), 0)`;

/**
 * Rows of earlier versions get what their cause tells. A checkpoint is made with the sync whose date made it due, and an
 * adjustment is booked on the due date or later exactly if it came after the review. A promotion counted every adjustment
 * there was. Row-level security binds the owner too, so it goes client by client.
 */
export const FILL = `
  DO $fill$
  DECLARE
    client uuid;
  BEGIN
    FOR client IN SELECT client_id FROM ${SCHEMA}.tenant LOOP
      PERFORM set_config('laurel.client_id', client::text, true);
      UPDATE ${SCHEMA}.program SET sync_sequence = ${latestSyncBy('published_on')};
      UPDATE ${SCHEMA}.standing s SET onboarded_on = CASE
        WHEN tier_version = 0 THEN reached_on
        ELSE (SELECT min(e.booked_on) FROM ${SCHEMA}.day_entry e
              WHERE e.client_id = s.client_id AND e.creator_id = s.creator_id)
      END;
      UPDATE ${SCHEMA}.decision d SET
        sync_sequence = coalesce(CASE
          WHEN kind = 'checkpoint' THEN (
            SELECT c.sequence FROM ${SCHEMA}.completed_sync c
            WHERE c.client_id = client AND c.business_date >= d.due_date
            ORDER BY c.business_date, c.sequence LIMIT 1)
          WHEN cause_kind = 'sync' THEN (
            SELECT c.sequence FROM ${SCHEMA}.completed_sync c WHERE c.client_id = client AND c.sync_id = d.cause_id)
          WHEN cause_kind = 'adjustment' THEN (
            SELECT e.sync_sequence FROM ${SCHEMA}.day_entry e
            WHERE e.client_id = client AND e.creator_id = d.creator_id AND e.adjustment_number = d.adjustments_counted)
          ELSE (SELECT p.sync_sequence FROM ${SCHEMA}.program p WHERE p.client_id = client AND p.version = d.program_version)
        END, (
          SELECT s.sync_sequence FROM ${SCHEMA}.standing s WHERE s.client_id = client AND s.creator_id = d.creator_id)),
        adjustment_number = CASE WHEN kind = 'promotion' THEN adjustments_counted ELSE coalesce((
          SELECT max(e.adjustment_number) FROM ${SCHEMA}.day_entry e
          WHERE e.client_id = client AND e.creator_id = d.creator_id AND e.booked_on < d.due_date), 0) END;
    END LOOP;
  END
  $fill$`;
