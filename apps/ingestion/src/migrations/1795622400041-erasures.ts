import { rolesOf, tenantTable } from '#libs/persistence';
import { dataKeyTable } from '#libs/secrets';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ASKED_SERVICES, ERASURE_STATUSES } from '../domain/erasure/erasure.ts';

const SCHEMA = 'ingestion';
const { running } = rolesOf(SCHEMA);
const oneOf = (values: readonly string[]) => values.map((value) => `'${value}'`).join(', ');

/**
 * Creators can be erased. Their rows stay, since money and tiers refer to them, under a pseudonym that can be in no file;
 * the handle is remembered as a keyed hash, by which rows of later files are told.
 */
export class Erasures1795622400041 implements MigrationInterface {
  readonly name = 'Erasures1795622400041';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(dataKeyTable(SCHEMA));
    await runner.query(PSEUDONYM);
    await runner.query(ERASURE);
    await runner.query(ERASED_HANDLE);
    await runner.query(QUARANTINE);
    await runner.query(OPEN_ERASURES);
  }

  down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

const PSEUDONYM = `
  ALTER TABLE ${SCHEMA}.creator DROP CONSTRAINT creator_handle_check,
    ADD CONSTRAINT handle_or_pseudonym CHECK (
      handle ~ '^[a-z0-9._]{1,30}$' OR handle = 'erased:' || creator_id::text);`;

const ERASURE = `
  CREATE TABLE ${SCHEMA}.erasure (
    client_id uuid NOT NULL,
    id uuid NOT NULL,
    creator_id uuid NOT NULL,
    status text NOT NULL DEFAULT 'checking' CHECK (status IN (${oneOf(ERASURE_STATUSES)})),
    forced boolean NOT NULL,
    reason text,
    requested_by text NOT NULL,
    requested_at timestamptz NOT NULL,
    ended_at timestamptz,
    -- What is looked for, from the moment in which the creator has lost it until nothing of it is left here.
    handle text COLLATE "C",
    -- The sync that was on its way in that moment: whatever came later has known better.
    open_sync_id uuid,
    -- How far the quarantine is looked through, and what was found.
    swept_sync_id uuid,
    swept_line bigint NOT NULL DEFAULT 0,
    quarantined_rows bigint NOT NULL DEFAULT 0,
    manifests bigint NOT NULL DEFAULT 0,
    videos bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (client_id, id),
    FOREIGN KEY (client_id, creator_id) REFERENCES ${SCHEMA}.creator (client_id, creator_id),
    CONSTRAINT forced_with_reason CHECK (forced = (reason IS NOT NULL) AND char_length(btrim(reason)) >= 10),
    CONSTRAINT nothing_left_when_done CHECK (handle IS NULL OR status = 'erasing'),
    CONSTRAINT ended CHECK ((ended_at IS NOT NULL) = (status IN ('refused', 'done')))
  );
  -- One of a creator that is on its way or done; what was refused may be asked for again.
  CREATE UNIQUE INDEX erasure_of_creator ON ${SCHEMA}.erasure (client_id, creator_id) WHERE status <> 'refused';
  CREATE INDEX erasure_on_its_way ON ${SCHEMA}.erasure (client_id, status) WHERE status IN ('checking', 'erasing');
  ${tenantTable(SCHEMA, 'erasure', ['select', 'insert', 'update'])}

  CREATE TABLE ${SCHEMA}.erasure_answer (
    client_id uuid NOT NULL,
    erasure_id uuid NOT NULL,
    service text NOT NULL CHECK (service IN (${oneOf([...ASKED_SERVICES, 'ingestion'])})),
    stage text NOT NULL CHECK (stage IN ('checked', 'erased')),
    obligations jsonb NOT NULL,
    erased jsonb NOT NULL,
    answered_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (client_id, erasure_id, service, stage),
    FOREIGN KEY (client_id, erasure_id) REFERENCES ${SCHEMA}.erasure (client_id, id)
  );
  ${tenantTable(SCHEMA, 'erasure_answer', ['select', 'insert'])}`;

const ERASED_HANDLE = `
  CREATE TABLE ${SCHEMA}.erased_handle (
    client_id uuid NOT NULL,
    fingerprint bytea NOT NULL,
    creator_id uuid NOT NULL,
    erased_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (client_id, fingerprint),
    FOREIGN KEY (client_id, creator_id) REFERENCES ${SCHEMA}.creator (client_id, creator_id)
  );
  ${tenantTable(SCHEMA, 'erased_handle', ['select', 'insert'])}
  -- Rows of an erased creator are set aside where they stand.
  GRANT UPDATE ON ${SCHEMA}.staged_row TO ${running};`;

const QUARANTINE = `
  -- The quarantine is append-only: line, column and reason of a row stay. Of its text an erasure leaves nothing.
  CREATE FUNCTION ${SCHEMA}.erase_quarantined(sync uuid, lines bigint[]) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
  DECLARE
    gone bigint;
  BEGIN
    UPDATE ${SCHEMA}.quarantined_row SET raw = ''
    WHERE client_id = (SELECT nullif(current_setting('laurel.client_id', true), '')::uuid)
      AND sync_id = sync AND line = ANY (lines) AND raw <> '';
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
  END $body$;
  REVOKE ALL ON FUNCTION ${SCHEMA}.erase_quarantined(uuid, bigint[]) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION ${SCHEMA}.erase_quarantined(uuid, bigint[]) TO ${running};`;

const OPEN_ERASURES = `
  -- Of all clients: as unfinished_syncs, it sets one tenant after the other in one round trip.
  CREATE FUNCTION ${SCHEMA}.open_erasures() RETURNS TABLE (client_id uuid, id uuid, to_carry_out boolean)
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
  DECLARE
    before text := current_setting('laurel.client_id', true);
    each_client uuid;
  BEGIN
    FOR each_client IN SELECT t.client_id FROM ${SCHEMA}.tenant t LOOP
      PERFORM set_config('laurel.client_id', each_client::text, true);
      RETURN QUERY SELECT e.client_id, e.id, e.status = 'erasing' AND NOT EXISTS (
          SELECT FROM ${SCHEMA}.erasure_answer a WHERE a.client_id = e.client_id AND a.erasure_id = e.id
            AND a.service = 'ingestion' AND a.stage = 'erased')
        FROM ${SCHEMA}.erasure e WHERE e.client_id = each_client AND e.status IN ('checking', 'erasing');
    END LOOP;
    PERFORM set_config('laurel.client_id', coalesce(before, ''), true);
  END $body$;
  REVOKE ALL ON FUNCTION ${SCHEMA}.open_erasures() FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION ${SCHEMA}.open_erasures() TO ${running};`;
