import { tenantTable } from '#libs/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { BACKFILL_KINDS, BACKFILL_STATUSES, UNFINISHED } from '../domain/backfill/backfill-state.ts';

const SCHEMA = 'redemption';
const oneOf = (values: readonly string[]) => values.map((value) => `'${value}'`).join(', ');

/** The jobs that bring everyone of a tier in line with what a reward has become. */
export class Backfills1795372800002 implements MigrationInterface {
  readonly name = 'Backfills1795372800002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE ${SCHEMA}.backfill (
        client_id uuid NOT NULL,
        id uuid NOT NULL DEFAULT uuidv7(),
        reward_id uuid NOT NULL,
        kind text NOT NULL CHECK (kind IN (${oneOf(BACKFILL_KINDS)})),
        status text NOT NULL DEFAULT 'planned' CHECK (status IN (${oneOf(BACKFILL_STATUSES)})),
        -- This job, or the unfinished one it took over from, has enabled the reward.
        enabled_reward boolean NOT NULL,
        -- The last creator met, in key order.
        cursor uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
        -- Creators of the tier when the job began, for the estimate alone.
        expected bigint NOT NULL DEFAULT 0,

        -- The certificate: creators met, each in exactly one of the next five.
        eligible bigint NOT NULL DEFAULT 0,
        created bigint NOT NULL DEFAULT 0,
        brought_back bigint NOT NULL DEFAULT 0,
        already_open bigint NOT NULL DEFAULT 0,
        excluded_reward_disabled bigint NOT NULL DEFAULT 0,
        excluded_right_used_up bigint NOT NULL DEFAULT 0,
        hidden bigint NOT NULL DEFAULT 0,
        -- Found at the end by an anti-join over creators as they are then.
        verified_at timestamptz,
        missing bigint NOT NULL DEFAULT 0,
        stale bigint NOT NULL DEFAULT 0,

        event_version bigint NOT NULL DEFAULT 0,
        working_ms bigint NOT NULL DEFAULT 0,
        -- Tries in a row that failed.
        failures bigint NOT NULL DEFAULT 0,
        failure text,
        created_at timestamptz NOT NULL DEFAULT now(),
        started_at timestamptz,
        ended_at timestamptz,
        PRIMARY KEY (client_id, id),
        FOREIGN KEY (client_id, reward_id) REFERENCES ${SCHEMA}.reward (client_id, id),
        CONSTRAINT balanced CHECK
          (eligible = created + brought_back + already_open + excluded_reward_disabled + excluded_right_used_up)
      ) WITH (fillfactor = 50);
      CREATE UNIQUE INDEX backfill_unfinished ON ${SCHEMA}.backfill (client_id, reward_id)
        WHERE status IN (${oneOf(UNFINISHED)});
      ${tenantTable(SCHEMA, 'backfill', ['select', 'insert', 'update'])}`);
  }

  down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
