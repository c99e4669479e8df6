import { tenantTable } from '#libs/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const SCHEMA = 'tier_evaluation';

export class LeaderboardAndImpact1795450000002 implements MigrationInterface {
  readonly name = 'LeaderboardAndImpact1795450000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(ENTRIES_AND_DECISIONS_OF_A_SYNC);
    await runner.query(LEADERBOARD);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

/** Keys that are the same for thousands of rows in a row: posting lists that only grow at their end. */
const ENTRIES_AND_DECISIONS_OF_A_SYNC = `
  CREATE INDEX day_entry_sync ON ${SCHEMA}.day_entry (client_id, sync_sequence, adjustment_number);
  CREATE INDEX decision_due ON ${SCHEMA}.decision (client_id, due_date) WHERE kind = 'checkpoint';
  CREATE INDEX decision_cause ON ${SCHEMA}.decision (client_id, cause_id) WHERE cause_kind = 'sync';`;

const LEADERBOARD = `
  -- Each client's board: a projection of day_entry as of a sync, made edition by edition.
  CREATE TABLE ${SCHEMA}.leaderboard (
    client_id uuid PRIMARY KEY,
    -- The edition that is shown; 0: none yet. The one after it may be in the making.
    edition bigint NOT NULL DEFAULT 0,
    -- The applied sync that the shown edition is as of.
    sync_sequence bigint NOT NULL DEFAULT 0,
    -- The edition through which rows that are no longer shown have been removed.
    swept_edition bigint NOT NULL DEFAULT 0,
    -- Whoever makes an edition takes the next number; who finds another here has been replaced.
    attempt bigint NOT NULL DEFAULT 0,
    -- The next edition is summed from the whole ledger, not from what came since the shown one.
    whole boolean NOT NULL DEFAULT true
  );
  ${tenantTable(SCHEMA, 'leaderboard', ['select', 'insert', 'update'])}

  -- A creator's place in the editions [shown_from, shown_until). What is not shown yet, or no longer, disturbs nobody.
  CREATE TABLE ${SCHEMA}.leaderboard_place (
    client_id uuid NOT NULL,
    creator_id uuid NOT NULL,
    shown_from bigint NOT NULL,
    shown_until bigint NOT NULL DEFAULT 9223372036854775807,
    value bigint NOT NULL,
    -- Events of the creator were set aside when this was made: to be summed again once the key is released.
    waiting boolean NOT NULL,
    PRIMARY KEY (client_id, creator_id, shown_from)
  ) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);
  CREATE INDEX leaderboard_place_value ON ${SCHEMA}.leaderboard_place (client_id, value, creator_id);
  CREATE INDEX leaderboard_place_waiting ON ${SCHEMA}.leaderboard_place (client_id) WHERE waiting;
  ${tenantTable(SCHEMA, 'leaderboard_place', ['select', 'insert', 'update', 'delete'])}

  -- The value at every few hundredth place of an edition, with how many creators are above it and how many reach it: a
  -- rank is counted from the next one up, over fewer places than lie between two, however many creators tie.
  CREATE TABLE ${SCHEMA}.leaderboard_boundary (
    client_id uuid NOT NULL,
    edition bigint NOT NULL,
    value bigint NOT NULL,
    above bigint NOT NULL,
    reached bigint NOT NULL,
    PRIMARY KEY (client_id, edition, value)
  );
  ${tenantTable(SCHEMA, 'leaderboard_boundary', ['select', 'insert', 'update', 'delete'])}`;
