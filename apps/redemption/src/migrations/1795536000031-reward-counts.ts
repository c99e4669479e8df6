import { machineryTable, tenantTable } from '#libs/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { COUNTED_STATES, countOf } from '../persistence/counted-states.ts';

const SCHEMA = 'redemption';
const columns = COUNTED_STATES.map((state) => state.name);
const counters = columns.map((name) => `${name} bigint NOT NULL`).join(', ');

/** How many redemptions of a reward are in each state: exact, and kept in the transaction that changes them. */
export class RewardCounts1795536000031 implements MigrationInterface {
  readonly name = 'RewardCounts1795536000031';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    await runner.query(TRIGGERS);
    await runner.query(COUNT_WHAT_IS_THERE);
  }

  down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

const TABLES = `
  -- What a statement has changed: appended and never updated, so that no two grants or claims wait for one counter.
  CREATE TABLE ${SCHEMA}.reward_count_delta (
    client_id uuid NOT NULL,
    reward_id uuid NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    ${counters},
    PRIMARY KEY (client_id, reward_id, id)
  ) WITH (autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0.1);
  ${machineryTable(SCHEMA, 'reward_count_delta', ['select', 'insert', 'delete'])}

  -- The sum of what is no longer there. A count is this and what is there, read in one statement.
  CREATE TABLE ${SCHEMA}.reward_count (
    client_id uuid NOT NULL,
    reward_id uuid NOT NULL,
    ${counters},
    PRIMARY KEY (client_id, reward_id),
    FOREIGN KEY (client_id, reward_id) REFERENCES ${SCHEMA}.reward (client_id, id)
  ) WITH (fillfactor = 50);
  ${tenantTable(SCHEMA, 'reward_count', ['select', 'insert', 'update'])}`;

/** @param from rows of (client_id, reward_id, status, hidden_reason, change) */
const deltas = (from: string) => `
  INSERT INTO ${SCHEMA}.reward_count_delta (client_id, reward_id, ${columns.join(', ')})
  SELECT * FROM (
    SELECT client_id, reward_id, ${COUNTED_STATES.map((state) => `${countOf(state)} AS ${state.name}`).join(', ')}
    FROM (${from}) AS changed GROUP BY client_id, reward_id) AS delta
  WHERE (${columns.join(', ')}) <> (${columns.map(() => '0').join(', ')});`;

const ROWS = 'SELECT client_id, reward_id, status, hidden_reason';

const TRIGGERS = `
  CREATE FUNCTION ${SCHEMA}.count_redemptions() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
  BEGIN
    CASE TG_OP
      WHEN 'INSERT' THEN ${deltas(`${ROWS}, 1 AS change FROM arrived`)}
      WHEN 'UPDATE' THEN ${deltas(`${ROWS}, 1 AS change FROM arrived UNION ALL ${ROWS}, -1 FROM gone`)}
      ELSE ${deltas(`${ROWS}, -1 AS change FROM gone`)}
    END CASE;
    RETURN NULL;
  END $body$;
  REVOKE ALL ON FUNCTION ${SCHEMA}.count_redemptions() FROM PUBLIC;
  CREATE TRIGGER count_inserted AFTER INSERT ON ${SCHEMA}.redemption
    REFERENCING NEW TABLE AS arrived FOR EACH STATEMENT EXECUTE FUNCTION ${SCHEMA}.count_redemptions();
  CREATE TRIGGER count_updated AFTER UPDATE ON ${SCHEMA}.redemption
    REFERENCING NEW TABLE AS arrived OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION ${SCHEMA}.count_redemptions();
  CREATE TRIGGER count_deleted AFTER DELETE ON ${SCHEMA}.redemption
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION ${SCHEMA}.count_redemptions();`;

/** Row-level security binds the owner too. */
const COUNT_WHAT_IS_THERE = `
  DO $body$
  DECLARE
    client uuid;
  BEGIN
    FOR client IN SELECT client_id FROM ${SCHEMA}.tenant LOOP
      PERFORM set_config('laurel.client_id', client::text, true);
      ${deltas(`${ROWS}, 1 AS change FROM ${SCHEMA}.redemption WHERE client_id = client`)}
    END LOOP;
    PERFORM set_config('laurel.client_id', '', true);
  END $body$;`;
