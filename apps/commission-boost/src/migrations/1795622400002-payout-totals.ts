import { rolesOf, tenantTable } from '#libs/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const SCHEMA = 'commission_boost';

/** What stands in each account and in each status by month: exact, and kept in the transaction that moves the money. */
export class PayoutTotals1795622400002 implements MigrationInterface {
  readonly name = 'PayoutTotals1795622400002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    await runner.query(TRIGGERS);
    await runner.query(FOLD);
    await runner.query(COUNT_WHAT_IS_THERE);
  }

  down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

const COLUMNS = 'client_id, currency, kind, name, month, items, amount_minor';

const TABLES = `
  -- What a statement has changed: appended and never updated, so that no two payments wait for one total.
  CREATE TABLE ${SCHEMA}.payout_total_delta (
    client_id uuid NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    currency text NOT NULL,
    -- An account of the ledger, by the month of its postings; or a status of boosts, by the month of their expiry dates.
    kind text NOT NULL CHECK (kind IN ('account', 'status')),
    name text NOT NULL,
    month date NOT NULL,
    -- Postings, or boosts.
    items bigint NOT NULL,
    amount_minor bigint NOT NULL,
    PRIMARY KEY (client_id, id)
  ) WITH (autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0.1);
  ${tenantTable(SCHEMA, 'payout_total_delta', ['select'])}

  -- The sum of what is no longer there. A total is this and what is there, read in one statement.
  CREATE TABLE ${SCHEMA}.payout_total (
    client_id uuid NOT NULL,
    currency text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('account', 'status')),
    name text NOT NULL,
    month date NOT NULL,
    items bigint NOT NULL,
    amount_minor bigint NOT NULL,
    PRIMARY KEY (client_id, currency, kind, name, month)
  ) WITH (fillfactor = 50);
  ${tenantTable(SCHEMA, 'payout_total', ['select'])}`;

/** What was earned grows by credits, where it is by debits. @param from rows of the ledger */
const accountDeltas = (from: string) => `
  INSERT INTO ${SCHEMA}.payout_total_delta (${COLUMNS})
  SELECT client_id, currency, 'account', side.name, date_trunc('month', posted_on)::date,
         count(*), sum(CASE WHEN side.name IN ('accrued', 'adjusted') THEN -debited ELSE debited END)
  FROM ${from} AS p
  CROSS JOIN LATERAL (VALUES (debit_account, amount_minor), (credit_account, -amount_minor)) AS side (name, debited)
  GROUP BY client_id, currency, side.name, date_trunc('month', posted_on);`;

/** @param from rows of boosts, each with a sign: 1 of those that are, -1 of those that were */
const statusDeltas = (from: string) => `
  INSERT INTO ${SCHEMA}.payout_total_delta (${COLUMNS})
  SELECT client_id, currency, 'status', status, date_trunc('month', expiry_date)::date,
         sum(sign), sum(sign * final_payout_minor)
  FROM (${from}) AS b WHERE status NOT IN ('scheduled', 'active')
  GROUP BY client_id, currency, status, date_trunc('month', expiry_date)
  HAVING sum(sign) <> 0 OR sum(sign * final_payout_minor) <> 0;`;

const BOOST = 'SELECT client_id, currency, status, expiry_date, final_payout_minor';

const TRIGGERS = `
  CREATE FUNCTION ${SCHEMA}.total_postings() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
  BEGIN
    ${accountDeltas('postings')}
    RETURN NULL;
  END $body$;
  CREATE TRIGGER total_postings AFTER INSERT ON ${SCHEMA}.ledger_posting
    REFERENCING NEW TABLE AS postings FOR EACH STATEMENT EXECUTE FUNCTION ${SCHEMA}.total_postings();

  CREATE FUNCTION ${SCHEMA}.total_statuses() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
  BEGIN
    ${statusDeltas(`${BOOST}, 1 AS sign FROM boosts_after UNION ALL ${BOOST}, -1 FROM boosts_before`)}
    RETURN NULL;
  END $body$;
  CREATE TRIGGER total_statuses AFTER UPDATE ON ${SCHEMA}.boost
    REFERENCING OLD TABLE AS boosts_before NEW TABLE AS boosts_after
    FOR EACH STATEMENT EXECUTE FUNCTION ${SCHEMA}.total_statuses();
  REVOKE ALL ON FUNCTION ${SCHEMA}.total_postings(), ${SCHEMA}.total_statuses() FROM PUBLIC;`;

const FOLD = `
  -- Of the transaction's client. Another process that does the same waits for these rows and finds none left.
  CREATE FUNCTION ${SCHEMA}.fold_payout_totals() RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
    WITH folded AS (
      DELETE FROM ${SCHEMA}.payout_total_delta
      WHERE client_id = (SELECT nullif(current_setting('laurel.client_id', true), '')::uuid)
      RETURNING *)
    INSERT INTO ${SCHEMA}.payout_total AS t (${COLUMNS})
    SELECT client_id, currency, kind, name, month, sum(items), sum(amount_minor)
    FROM folded GROUP BY client_id, currency, kind, name, month ORDER BY currency, kind, name, month
    ON CONFLICT (client_id, currency, kind, name, month) DO UPDATE
      SET items = t.items + excluded.items, amount_minor = t.amount_minor + excluded.amount_minor
  $body$;
  REVOKE ALL ON FUNCTION ${SCHEMA}.fold_payout_totals() FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION ${SCHEMA}.fold_payout_totals() TO ${rolesOf(SCHEMA).running};`;

/** Row-level security binds the owner too. */
const COUNT_WHAT_IS_THERE = `
  DO $body$
  DECLARE
    client uuid;
  BEGIN
    FOR client IN SELECT client_id FROM ${SCHEMA}.tenant LOOP
      PERFORM set_config('laurel.client_id', client::text, true);
      ${accountDeltas(`(SELECT * FROM ${SCHEMA}.ledger_posting WHERE client_id = client)`)}
      ${statusDeltas(`${BOOST}, 1 AS sign FROM ${SCHEMA}.boost WHERE client_id = client`)}
    END LOOP;
    PERFORM set_config('laurel.client_id', '', true);
  END $body$;`;
