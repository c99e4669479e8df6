import { tenantTable } from '#libs/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { READINGS } from '../domain/boost/correction.ts';

const SCHEMA = 'commission_boost';

/** What later syncs of a reading's own date have changed, and claims that came while their creator's slot was taken. */
export class CorrectionsAndWaitingClaims1795622400062 implements MigrationInterface {
  readonly name = 'CorrectionsAndWaitingClaims1795622400062';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CORRECTION);
    await runner.query(RECHECK);
    await runner.query(WAITING_CLAIM);
  }

  down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

const CORRECTION = `
  CREATE TABLE ${SCHEMA}.reading_correction (
    client_id uuid NOT NULL,
    boost_id uuid NOT NULL,
    reading text NOT NULL CHECK (reading IN (${READINGS.map((reading) => `'${reading}'`).join(', ')})),
    sync_sequence bigint NOT NULL CHECK (sync_sequence > 0),
    sync_id uuid NOT NULL,
    business_date date NOT NULL,
    difference_minor bigint NOT NULL CHECK (difference_minor <> 0),
    noted_at timestamptz NOT NULL,
    PRIMARY KEY (client_id, boost_id, reading, sync_sequence),
    FOREIGN KEY (client_id, boost_id) REFERENCES ${SCHEMA}.boost (client_id, id)
  );
  ${tenantTable(SCHEMA, 'reading_correction', ['select', 'insert'])}`;

/** Sales of before are looked at like those that come: whoever was read on a date that had another file. */
const RECHECK = `
  -- Sales of a sync whose business date had a sync before it: once that sync is reached, readings of this date are held
  -- against them. A row goes when that is done.
  CREATE TABLE ${SCHEMA}.reading_recheck (
    client_id uuid NOT NULL,
    lane smallint NOT NULL CHECK (lane >= 0),
    sync_sequence bigint NOT NULL,
    creator_id uuid NOT NULL,
    PRIMARY KEY (client_id, lane, sync_sequence, creator_id)
  );
  ${tenantTable(SCHEMA, 'reading_recheck', ['select', 'insert', 'delete'])}

  DO $fill$
  DECLARE
    client uuid;
  BEGIN
    FOR client IN SELECT client_id FROM ${SCHEMA}.tenant LOOP
      PERFORM set_config('laurel.client_id', client::text, true);
      INSERT INTO ${SCHEMA}.reading_recheck (client_id, lane, sync_sequence, creator_id)
      SELECT DISTINCT g.client_id, b.lane, g.sync_sequence, g.creator_id
      FROM ${SCHEMA}.boost b
      JOIN ${SCHEMA}.creator_gmv g ON g.client_id = b.client_id AND g.creator_id = b.creator_id
       AND (g.business_date = b.activation_date AND g.sync_sequence > b.activation_sync_sequence
            OR g.business_date = b.expired_on AND g.sync_sequence > b.expiry_sync_sequence)
      WHERE b.client_id = client AND g.difference_minor <> 0;
    END LOOP;
    PERFORM set_config('laurel.client_id', '', true);
  END
  $fill$;`;

const WAITING_CLAIM = `
  -- Claims that came while another boost of the creator was scheduled or active, in the order of their coming. Each
  -- becomes a boost when the slot is free.
  CREATE TABLE ${SCHEMA}.waiting_claim (
    client_id uuid NOT NULL,
    redemption_id uuid NOT NULL,
    creator_id uuid NOT NULL,
    lane smallint NOT NULL CHECK (lane >= 0),
    position bigint GENERATED ALWAYS AS IDENTITY,
    claim jsonb NOT NULL,
    taken_up_at timestamptz,
    PRIMARY KEY (client_id, redemption_id)
  );
  CREATE INDEX waiting_claim_open ON ${SCHEMA}.waiting_claim (client_id, lane, creator_id, position)
    WHERE taken_up_at IS NULL;
  ${tenantTable(SCHEMA, 'waiting_claim', ['select', 'insert', 'update'])}`;
