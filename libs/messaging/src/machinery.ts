import { machineryTable, rolesOf } from '#libs/persistence';
import { OUTBOX_SHARDS } from './outbox/outbox.ts';

const ALL = ['select', 'insert', 'update', 'delete'] as const;

/**
 * The tables of the messaging core in a service's schema, for its first migration. They cross tenants and have no
 * row-level security; only ids and events stand in them.
 */
export function messagingTables(schema: string): string {
  return [publishingTables, guardTables, parkingTables, syncTables].map((tables) => tables(schema)).join('\n');
}

function publishingTables(schema: string): string {
  return `
    -- What is to be published. Read by (shard, xid, id) below the oldest open transaction; dropped by day.
    CREATE TABLE ${schema}.outbox (
      written_at timestamptz NOT NULL DEFAULT now(),
      shard smallint NOT NULL,
      xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
      id bigint GENERATED ALWAYS AS IDENTITY,
      topic text NOT NULL,
      partition smallint NOT NULL,
      key text NOT NULL,
      value text NOT NULL
    ) PARTITION BY RANGE (written_at);
    CREATE INDEX outbox_order ON ${schema}.outbox (shard, xid, id);

    -- How far each shard is published. The epoch fences a leader that lost its lock without noticing.
    CREATE TABLE ${schema}.relay_cursor (
      shard smallint PRIMARY KEY,
      epoch bigint NOT NULL DEFAULT 0,
      xid xid8 NOT NULL DEFAULT '0',
      id bigint NOT NULL DEFAULT 0,
      published bigint NOT NULL DEFAULT 0,
      moved_at timestamptz NOT NULL DEFAULT now()
    );
    INSERT INTO ${schema}.relay_cursor (shard) SELECT generate_series(0, ${OUTBOX_SHARDS - 1});
    ${dropFunction(schema)}
    ${machineryTable(schema, 'outbox', ['select', 'insert'])}
    ${machineryTable(schema, 'relay_cursor', ['select', 'update'])}`;
}

function guardTables(schema: string): string {
  return `
    -- The clients this service has heard of.
    CREATE TABLE ${schema}.tenant (
      client_id uuid PRIMARY KEY,
      created_at timestamptz NOT NULL DEFAULT now()
    );

    -- Claims of facts: one effect per consumer and event id.
    CREATE TABLE ${schema}.inbox (
      consumer text NOT NULL,
      event_id uuid NOT NULL,
      received_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (consumer, event_id)
    );

    -- The version guard of states and differences: how far each consumer has come in each aggregate.
    CREATE TABLE ${schema}.consumer_version (
      consumer text NOT NULL,
      client_id uuid NOT NULL,
      subject text NOT NULL,
      version bigint NOT NULL,
      PRIMARY KEY (consumer, client_id, subject)
    ) WITH (fillfactor = 70);

    -- Versions that a state consumer never saw.
    CREATE TABLE ${schema}.consumer_gap (
      consumer text NOT NULL,
      client_id uuid NOT NULL,
      subject text NOT NULL,
      version_before bigint NOT NULL,
      version_after bigint NOT NULL,
      noticed_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (consumer, client_id, subject, version_after)
    );
    ${machineryTable(schema, 'tenant', ['select', 'insert'])}
    ${machineryTable(schema, 'inbox', ['select', 'insert'])}
    ${machineryTable(schema, 'consumer_version', ['select', 'insert', 'update'])}
    ${machineryTable(schema, 'consumer_gap', ['select', 'insert'])}`;
}

function parkingTables(schema: string): string {
  return `
    -- A key that failed for one consumer; everything after it waits in parked_event, in order.
    CREATE TABLE ${schema}.parked_key (
      id uuid PRIMARY KEY DEFAULT uuidv7(),
      consumer text NOT NULL,
      client_id uuid NOT NULL,
      aggregate_id text NOT NULL,
      nature text NOT NULL CHECK (nature IN ('state', 'difference', 'fact')),
      status text NOT NULL DEFAULT 'parked' CHECK (status IN ('parked', 'releasing')),
      reason text NOT NULL,
      attempts integer NOT NULL DEFAULT 1,
      parked_at timestamptz NOT NULL DEFAULT now(),
      UNIQUE (consumer, client_id, aggregate_id)
    );
    CREATE TABLE ${schema}.parked_event (
      parked_id uuid NOT NULL REFERENCES ${schema}.parked_key ON DELETE CASCADE,
      position bigint GENERATED ALWAYS AS IDENTITY,
      topic text NOT NULL,
      partition smallint NOT NULL,
      kafka_offset bigint NOT NULL,
      event_id uuid NOT NULL,
      subject text NOT NULL,
      version bigint NOT NULL,
      value text NOT NULL,
      PRIMARY KEY (parked_id, position),
      UNIQUE (parked_id, event_id),
      UNIQUE (parked_id, subject, version)
    );
    -- A record that could not be read at all, as its bytes.
    CREATE TABLE ${schema}.parked_record (
      id uuid PRIMARY KEY DEFAULT uuidv7(),
      topic text NOT NULL,
      partition smallint NOT NULL,
      kafka_offset bigint NOT NULL,
      record_key bytea,
      value bytea,
      reason text NOT NULL,
      parked_at timestamptz NOT NULL DEFAULT now(),
      discarded_at timestamptz,
      UNIQUE (topic, partition, kafka_offset)
    );

    -- Who released or discarded what.
    CREATE TABLE ${schema}.parked_audit (
      id uuid PRIMARY KEY DEFAULT uuidv7(),
      parked_id uuid NOT NULL,
      consumer text,
      client_id uuid,
      aggregate_id text,
      action text NOT NULL,
      actor text NOT NULL,
      detail text NOT NULL DEFAULT '',
      happened_at timestamptz NOT NULL DEFAULT now()
    );
    ${machineryTable(schema, 'parked_key', ALL)}
    ${machineryTable(schema, 'parked_event', ALL)}
    ${machineryTable(schema, 'parked_record', ['select', 'insert', 'update'])}
    ${machineryTable(schema, 'parked_audit', ['select', 'insert'])}`;
}

function syncTables(schema: string): string {
  return `
    -- Syncs that ingestion has published whole, with how many counted events belong to each.
    CREATE TABLE ${schema}.completed_sync (
      client_id uuid NOT NULL,
      sequence bigint NOT NULL,
      sync_id uuid NOT NULL,
      business_date date NOT NULL,
      previous_business_date date,
      expected bigint NOT NULL,
      file_sha256 text NOT NULL,
      PRIMARY KEY (client_id, sequence),
      UNIQUE (client_id, sync_id)
    );

    -- Counted events seen, applied or set aside: a row per partition, so that partitions do not wait for each other.
    CREATE TABLE ${schema}.sync_count (
      client_id uuid NOT NULL,
      sequence bigint NOT NULL,
      partition smallint NOT NULL,
      seen bigint NOT NULL,
      PRIMARY KEY (client_id, sequence, partition)
    ) WITH (fillfactor = 50);

    -- Of each client: the latest completed sync, the latest whose events are all seen, and the latest that is applied
    -- with all it made due.
    CREATE TABLE ${schema}.watermark (
      client_id uuid PRIMARY KEY,
      completed_sequence bigint NOT NULL DEFAULT 0,
      sequence bigint NOT NULL DEFAULT 0,
      business_date date,
      applied_sequence bigint NOT NULL DEFAULT 0,
      moved_at timestamptz NOT NULL DEFAULT now()
    );
    ${machineryTable(schema, 'completed_sync', ['select', 'insert'])}
    ${machineryTable(schema, 'sync_count', ['select', 'insert', 'update'])}
    ${machineryTable(schema, 'watermark', ['select', 'insert', 'update'])}`;
}

/**
 * Dropping a partition needs its owner and locks the outbox for a moment; the lock timeout keeps writers from queueing
 * behind it. A day is dropped only when every shard's cursor is past each of its rows, asked again under the lock.
 */
function dropFunction(schema: string): string {
  return `
    CREATE FUNCTION ${schema}.has_unpublished(child text) RETURNS boolean LANGUAGE plpgsql AS $body$
    DECLARE
      found boolean;
    BEGIN
      EXECUTE format('SELECT EXISTS (SELECT FROM ${schema}.%I o JOIN ${schema}.relay_cursor c USING (shard)
                                     WHERE (o.xid, o.id) > (c.xid, c.id))', child) INTO found;
      RETURN found;
    END $body$;
    REVOKE ALL ON FUNCTION ${schema}.has_unpublished(text) FROM PUBLIC;

    CREATE FUNCTION ${schema}.drop_published_outbox(keep_days integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '200ms' AS $body$
    DECLARE
      child text;
      dropped integer := 0;
    BEGIN
      FOR child IN
        SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = '${schema}.outbox'::regclass
          AND to_date(right(c.relname, 8), 'YYYYMMDD') < (now() AT TIME ZONE 'UTC')::date - greatest(keep_days, 1)
        ORDER BY c.relname
      LOOP
        CONTINUE WHEN ${schema}.has_unpublished(child);
        LOCK TABLE ONLY ${schema}.outbox IN ACCESS EXCLUSIVE MODE;
        IF NOT ${schema}.has_unpublished(child) THEN
          EXECUTE format('DROP TABLE ${schema}.%I', child);
          dropped := dropped + 1;
        END IF;
      END LOOP;
      RETURN dropped;
    EXCEPTION WHEN lock_not_available THEN
      RETURN 0;
    END $body$;
    REVOKE ALL ON FUNCTION ${schema}.drop_published_outbox(integer) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION ${schema}.drop_published_outbox(integer) TO ${rolesOf(schema).running};`;
}
