import { machineryTable, rolesOf, tenantTable } from '#libs/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ACCEPTED_STATUSES, OPEN_STATUSES, statusesBefore, SYNC_STATUSES } from '../domain/sync/sync-status.ts';

const SCHEMA = 'ingestion';
const { running } = rolesOf(SCHEMA);

const oneOf = (values: readonly string[]) => values.map((value) => `'${value}'`).join(', ');
const LEGAL_STEPS = SYNC_STATUSES.flatMap((to) => statusesBefore(to).map((from) => `('${from}', '${to}')`)).join(', ');

/** What was uploaded, what was wrong with it, and the tables that hold a file while it is compared and booked. */
export class SyncsAndStaging1795372800001 implements MigrationInterface {
  readonly name = 'SyncsAndStaging1795372800001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(SYNC);
    await runner.query(STEPS);
    await runner.query(QUARANTINE);
    await runner.query(APPLICATION);
    await runner.query(STAGING);
    await runner.query(FUNCTIONS);
  }

  down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

const SYNC = `
  CREATE TABLE ${SCHEMA}.sync (
    client_id uuid NOT NULL REFERENCES ${SCHEMA}.tenant (client_id),
    sync_id uuid NOT NULL,
    business_date date NOT NULL,
    status text NOT NULL DEFAULT 'receiving' CHECK (status IN (${oneOf(SYNC_STATUSES)})),
    dry_run boolean NOT NULL,
    currency text NOT NULL,
    bytes_received bigint NOT NULL DEFAULT 0,
    bytes_announced bigint,
    file_sha256 text CHECK (file_sha256 ~ '^[0-9a-f]{64}$'),
    rows_read bigint NOT NULL DEFAULT 0,
    rows_faulty bigint NOT NULL DEFAULT 0,
    ignored_columns text[] NOT NULL DEFAULT '{}',
    manifest jsonb,
    hold jsonb,
    decided_by text,
    decided_at timestamptz,
    -- Gapless per client, given when booking begins.
    sequence bigint CHECK (sequence > 0),
    previous_business_date date,
    booked_up_to uuid,
    rows_booked bigint NOT NULL DEFAULT 0,
    events_appended bigint NOT NULL DEFAULT 0,
    error jsonb,
    received_at timestamptz NOT NULL DEFAULT now(),
    published_at timestamptz,
    PRIMARY KEY (client_id, sync_id),
    CHECK ((sequence IS NOT NULL) = (status IN (${oneOf(ACCEPTED_STATUSES)})))
  ) WITH (fillfactor = 70);
  CREATE UNIQUE INDEX sync_sequence ON ${SCHEMA}.sync (client_id, sequence);
  -- One sync of a client at a time, whoever asks at the same instant.
  CREATE UNIQUE INDEX sync_one_open ON ${SCHEMA}.sync (client_id) WHERE status IN (${oneOf(OPEN_STATUSES)});
  -- One booking of a file for a date.
  CREATE UNIQUE INDEX sync_one_booking_of_a_file ON ${SCHEMA}.sync (client_id, business_date, file_sha256)
    WHERE status IN (${oneOf(ACCEPTED_STATUSES)});
  CREATE INDEX sync_not_applied ON ${SCHEMA}.sync (client_id) WHERE status = 'published';
  ${tenantTable(SCHEMA, 'sync', ['select', 'insert', 'update', 'delete'])}`;

const STEPS = `
  CREATE FUNCTION ${SCHEMA}.refuse_illegal_step() RETURNS trigger LANGUAGE plpgsql AS $body$
  BEGIN
    IF (OLD.status, NEW.status) NOT IN (${LEGAL_STEPS}) THEN
      RAISE EXCEPTION 'a sync does not go from % to %', OLD.status, NEW.status USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END $body$;
  CREATE TRIGGER legal_step BEFORE UPDATE ON ${SCHEMA}.sync
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION ${SCHEMA}.refuse_illegal_step();
  CREATE FUNCTION ${SCHEMA}.refuse_removal() RETURNS trigger LANGUAGE plpgsql AS $body$
  BEGIN
    RAISE EXCEPTION 'only the record of a file that was sent before is removed, and none that is %', OLD.status
      USING ERRCODE = 'check_violation';
  END $body$;
  CREATE TRIGGER only_while_receiving BEFORE DELETE ON ${SCHEMA}.sync
    FOR EACH ROW WHEN (OLD.status <> 'receiving') EXECUTE FUNCTION ${SCHEMA}.refuse_removal();`;

const QUARANTINE = `
  -- Rows that did not count, append-only.
  CREATE TABLE ${SCHEMA}.quarantined_row (
    client_id uuid NOT NULL,
    sync_id uuid NOT NULL,
    line bigint NOT NULL,
    column_name text,
    reason text NOT NULL,
    raw text NOT NULL,
    PRIMARY KEY (client_id, sync_id, line),
    FOREIGN KEY (client_id, sync_id) REFERENCES ${SCHEMA}.sync (client_id, sync_id)
  );
  ${tenantTable(SCHEMA, 'quarantined_row', ['select', 'insert'])}`;

const APPLICATION = `
  -- Which services are through with a sync.
  CREATE TABLE ${SCHEMA}.sync_application (
    client_id uuid NOT NULL,
    sync_id uuid NOT NULL,
    service text NOT NULL CHECK (service IN ('tier-evaluation', 'commission-boost')),
    PRIMARY KEY (client_id, sync_id, service),
    FOREIGN KEY (client_id, sync_id) REFERENCES ${SCHEMA}.sync (client_id, sync_id)
  );
  ${tenantTable(SCHEMA, 'sync_application', ['select', 'insert'])}

  -- The business date of the client's latest sync that is applied completely, and how often it has moved.
  CREATE TABLE ${SCHEMA}.programme_date (
    client_id uuid PRIMARY KEY,
    programme_date date NOT NULL,
    version bigint NOT NULL
  );
  ${tenantTable(SCHEMA, 'programme_date', ['select', 'insert', 'update'])}`;

const STAGING = `
  -- The file, row by row. Unlogged: what a crash of the database takes is sent again. COPY is refused on tables with
  -- row-level security, and does not send 72 characters of ids with every row: they are defaults from the transaction.
  CREATE UNLOGGED TABLE ${SCHEMA}.staged_row (
    client_id uuid NOT NULL DEFAULT current_setting('laurel.client_id')::uuid,
    sync_id uuid NOT NULL DEFAULT current_setting('laurel.sync_id')::uuid,
    line bigint NOT NULL,
    video_key uuid,
    post_date date,
    views bigint,
    likes bigint,
    comments bigint,
    gmv_minor bigint,
    units bigint,
    handle text COLLATE "C",
    url text,
    column_name text,
    reason text,
    raw text NOT NULL
  ) WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);
  CREATE INDEX staged_row_faulty ON ${SCHEMA}.staged_row (client_id, sync_id, line) WHERE reason IS NOT NULL;
  ${machineryTable(SCHEMA, 'staged_row', ['select', 'insert', 'delete'])}

  -- What the file changes, as signed differences, and its rows that do not count: the outcome of the comparison, from
  -- which manifest, hold and booking are made. In the order of creators, as it is booked.
  CREATE UNLOGGED TABLE ${SCHEMA}.staged_difference (
    client_id uuid NOT NULL,
    sync_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('new', 'changed', 'unchanged', 'duplicate', 'owner_changed')),
    -- The video stands in the file more than once.
    repeated boolean NOT NULL,
    line bigint NOT NULL,
    video_key uuid NOT NULL,
    -- As first seen.
    post_date date NOT NULL,
    -- null where the row moves nobody.
    creator_id uuid,
    new_creator boolean NOT NULL,
    views bigint NOT NULL,
    likes bigint NOT NULL,
    comments bigint NOT NULL,
    gmv_minor bigint NOT NULL,
    units bigint NOT NULL,
    handle text COLLATE "C" NOT NULL,
    -- Of a new video.
    url text,
    -- Of a row under another handle.
    raw text
  ) WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);
  CREATE INDEX staged_difference_creator ON ${SCHEMA}.staged_difference (client_id, sync_id, creator_id);
  CREATE INDEX staged_difference_repeated ON ${SCHEMA}.staged_difference (client_id, sync_id, video_key) WHERE repeated;
  CREATE INDEX staged_difference_moved_away ON ${SCHEMA}.staged_difference (client_id, sync_id, line)
    WHERE kind = 'owner_changed';
  ${machineryTable(SCHEMA, 'staged_difference', ['select', 'insert', 'update', 'delete'])}`;

const FUNCTIONS = `
  -- The syncs of all clients that are on their way. It takes no right that the caller lacks: it sets one tenant after
  -- the other, as the caller could, in one round trip instead of two a client.
  CREATE FUNCTION ${SCHEMA}.unfinished_syncs() RETURNS TABLE (client_id uuid, sync_id uuid, status text)
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
  DECLARE
    before text := current_setting('laurel.client_id', true);
    each_client uuid;
  BEGIN
    FOR each_client IN SELECT t.client_id FROM ${SCHEMA}.tenant t LOOP
      PERFORM set_config('laurel.client_id', each_client::text, true);
      RETURN QUERY SELECT s.client_id, s.sync_id, s.status FROM ${SCHEMA}.sync s
        WHERE s.client_id = each_client AND s.status IN ('receiving', 'staged', 'held', 'booking')
        UNION ALL SELECT s.client_id, s.sync_id, s.status FROM ${SCHEMA}.sync s
        WHERE s.client_id = each_client AND s.status = 'published';
    END LOOP;
    PERFORM set_config('laurel.client_id', coalesce(before, ''), true);
  END $body$;
  REVOKE ALL ON FUNCTION ${SCHEMA}.unfinished_syncs() FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION ${SCHEMA}.unfinished_syncs() TO ${running};

  -- Empties a staging table of one sync's rows. Deleting a million rows would keep a transaction open that the relay
  -- waits for; nearly always they are the only ones there.
  CREATE FUNCTION ${SCHEMA}.clear_staging(target text, sync uuid) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
  DECLARE
    others boolean;
  BEGIN
    IF target NOT IN ('staged_row', 'staged_difference') THEN
      RAISE EXCEPTION 'not a staging table: %', target;
    END IF;
    BEGIN
      EXECUTE format('LOCK TABLE ${SCHEMA}.%I IN ACCESS EXCLUSIVE MODE NOWAIT', target);
      EXECUTE format('SELECT EXISTS (SELECT FROM ${SCHEMA}.%I r WHERE r.sync_id <> $1)', target) INTO others USING sync;
      IF NOT others THEN
        EXECUTE format('TRUNCATE ${SCHEMA}.%I', target);
        RETURN;
      END IF;
    EXCEPTION WHEN lock_not_available THEN
      NULL;
    END;
    EXECUTE format('DELETE FROM ${SCHEMA}.%I r WHERE r.sync_id = $1', target) USING sync;
  END $body$;
  REVOKE ALL ON FUNCTION ${SCHEMA}.clear_staging(text, uuid) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION ${SCHEMA}.clear_staging(text, uuid) TO ${running};`;
