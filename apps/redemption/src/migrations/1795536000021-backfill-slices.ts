import { machineryTable, tenantTable } from '#libs/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const SCHEMA = 'redemption';

/** Jobs worked in slices by several at once, without a row that all of them write. */
export class BackfillSlices1795536000021 implements MigrationInterface {
  readonly name = 'BackfillSlices1795536000021';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(SLICES);
    await runner.query(JOBS_SO_FAR);
    await runner.query(JOBS);
    await runner.query(MACHINERY);
  }

  down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

const SLICES = `
  -- A range of a job's creators, worked in key order by one at a time: who holds its row has the lease.
  CREATE TABLE ${SCHEMA}.backfill_slice (
    client_id uuid NOT NULL,
    backfill_id uuid NOT NULL,
    slice smallint NOT NULL,
    -- What its events are keyed by: of another lane than the other slices' as far as there are lanes.
    aggregate_id uuid NOT NULL,
    -- Up to this creator and with it; it begins where the slice before ends.
    until_creator uuid NOT NULL,
    -- The last creator met.
    cursor uuid NOT NULL,
    done boolean NOT NULL DEFAULT false,

    eligible bigint NOT NULL DEFAULT 0,
    created bigint NOT NULL DEFAULT 0,
    brought_back bigint NOT NULL DEFAULT 0,
    already_open bigint NOT NULL DEFAULT 0,
    excluded_reward_disabled bigint NOT NULL DEFAULT 0,
    excluded_right_used_up bigint NOT NULL DEFAULT 0,
    hidden bigint NOT NULL DEFAULT 0,
    -- Of the creators met: each chunk hashes what was there before it with its own ids.
    digest bytea NOT NULL DEFAULT '',
    event_version bigint NOT NULL DEFAULT 0,

    -- Found by the anti-join at the end.
    verified_at timestamptz,
    missing bigint NOT NULL DEFAULT 0,
    stale bigint NOT NULL DEFAULT 0,
    faulty_creators uuid[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (client_id, backfill_id, slice),
    FOREIGN KEY (client_id, backfill_id) REFERENCES ${SCHEMA}.backfill (client_id, id),
    CONSTRAINT balanced CHECK
      (eligible = created + brought_back + already_open + excluded_reward_disabled + excluded_right_used_up)
  ) WITH (fillfactor = 20);
  ${tenantTable(SCHEMA, 'backfill_slice', ['select', 'insert', 'update'])}`;

/** Row-level security hides tenants' rows from their owner too, unless it says otherwise for a moment. */
const JOBS_SO_FAR = `
  ALTER TABLE ${SCHEMA}.backfill NO FORCE ROW LEVEL SECURITY;
  ALTER TABLE ${SCHEMA}.backfill_slice NO FORCE ROW LEVEL SECURITY;
  INSERT INTO ${SCHEMA}.backfill_slice
    (client_id, backfill_id, slice, aggregate_id, until_creator, cursor, done, eligible, created, brought_back,
     already_open, excluded_reward_disabled, excluded_right_used_up, hidden, verified_at, missing, stale)
  SELECT client_id, id, 0, reward_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff', cursor,
         status NOT IN ('running', 'paused'), eligible, created, brought_back, already_open, excluded_reward_disabled,
         excluded_right_used_up, hidden, verified_at, missing, stale
  FROM ${SCHEMA}.backfill WHERE started_at IS NOT NULL AND status <> 'planned';`;

const JOBS = `
  ALTER TABLE ${SCHEMA}.backfill
    DROP COLUMN cursor,
    DROP COLUMN working_ms,
    ADD COLUMN digest bytea,
    ADD COLUMN faulty_creators uuid[] NOT NULL DEFAULT '{}',
    -- Since it last went on, and for how long before that.
    ADD COLUMN running_since timestamptz,
    ADD COLUMN ran_ms bigint NOT NULL DEFAULT 0,
    -- The pace of the last seconds, and what it was measured from.
    ADD COLUMN measured_at timestamptz,
    ADD COLUMN measured_met bigint NOT NULL DEFAULT 0,
    ADD COLUMN rows_per_second bigint NOT NULL DEFAULT 0,
    ADD COLUMN throttled_by text CHECK (throttled_by IN ('foreground_latency', 'relay_lag'));
  UPDATE ${SCHEMA}.backfill SET running_since = now() WHERE status IN ('running', 'verifying');
  COMMENT ON COLUMN ${SCHEMA}.backfill.eligible IS
    'The certificate, of this and the next six: the sums of the slices as they were when it was verified.';`;

const MACHINERY = `
  -- Whose each job is, and whether it goes on by itself: what a worker looks at who serves all clients.
  CREATE TABLE ${SCHEMA}.backfill_directory (
    backfill_id uuid PRIMARY KEY,
    client_id uuid NOT NULL,
    working boolean NOT NULL
  );
  CREATE INDEX backfill_directory_working ON ${SCHEMA}.backfill_directory (backfill_id) WHERE working;
  INSERT INTO ${SCHEMA}.backfill_directory (backfill_id, client_id, working)
    SELECT id, client_id, status IN ('planned', 'running', 'verifying') FROM ${SCHEMA}.backfill;
  ALTER TABLE ${SCHEMA}.backfill FORCE ROW LEVEL SECURITY;
  ALTER TABLE ${SCHEMA}.backfill_slice FORCE ROW LEVEL SECURITY;
  ${machineryTable(SCHEMA, 'backfill_directory', ['select', 'insert', 'update'])}

  -- What each process of the service has measured in its last second: what backfills are throttled by.
  CREATE TABLE ${SCHEMA}.load_reading (
    process uuid PRIMARY KEY,
    read_at timestamptz NOT NULL,
    -- How many times as slow as in idle times foreground statements are.
    foreground_factor double precision,
    -- Of their time that its workers have worked on backfills.
    working_share double precision NOT NULL,
    -- How long the oldest event of the outbox waits already.
    relay_lag_ms double precision NOT NULL
  ) WITH (fillfactor = 50);
  ${machineryTable(SCHEMA, 'load_reading', ['select', 'insert', 'update', 'delete'])}`;
