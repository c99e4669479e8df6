import { tenantTable } from '#libs/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ATTEMPT_STATUSES, RUN_STATES } from '../domain/payout/payout-run.ts';

const SCHEMA = 'commission_boost';
const quoted = (names: readonly string[]) => names.map((name) => `'${name}'`).join(', ');

/**
 * Payouts that go to a provider together. The database, too, sees to it that a boost is in one open run at most, that a
 * run holds what its boosts pay, and that nothing of a boost's money changes beside the run that has it.
 */
export class PayoutRuns1795622400003 implements MigrationInterface {
  readonly name = 'PayoutRuns1795622400003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(RUN);
    await runner.query(ATTEMPT);
    await runner.query(AUDIT);
    await runner.query(GUARD_RUN);
    await runner.query(GUARD_ATTEMPT);
    await runner.query(GUARD_BOOST);
  }

  down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

const RUN = `
  CREATE TABLE ${SCHEMA}.payout_run (
    client_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT uuidv7(),
    state text NOT NULL DEFAULT 'freezing' CHECK (state IN (${quoted(RUN_STATES)})),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    programme_date date NOT NULL,
    created_at timestamptz NOT NULL,
    created_by text NOT NULL,
    ended_at timestamptz,
    PRIMARY KEY (client_id, id),
    CONSTRAINT ended_once CHECK ((state = 'ended') = (ended_at IS NOT NULL))
  );
  CREATE INDEX payout_run_freezing ON ${SCHEMA}.payout_run (client_id) WHERE state = 'freezing';
  ${tenantTable(SCHEMA, 'payout_run', ['select', 'insert', 'update'])}`;

const ATTEMPT = `
  CREATE TABLE ${SCHEMA}.payout_attempt (
    client_id uuid NOT NULL,
    run_id uuid NOT NULL,
    boost_id uuid NOT NULL,
    creator_id uuid NOT NULL,
    -- Of a letter and more: no spreadsheet takes it for a number or a formula, and PayPal takes 30 characters.
    reference text NOT NULL CHECK (reference ~ '^P[0-9A-F]{29}$'),
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    payment_detail_version integer NOT NULL,
    status text NOT NULL DEFAULT 'pending' CHECK (status IN (${quoted(ATTEMPT_STATUSES)})),
    transaction_id text,
    settled_at timestamptz,
    settled_by text,
    PRIMARY KEY (client_id, run_id, boost_id),
    UNIQUE (client_id, reference),
    FOREIGN KEY (client_id, run_id) REFERENCES ${SCHEMA}.payout_run (client_id, id),
    FOREIGN KEY (client_id, boost_id, payment_detail_version)
      REFERENCES ${SCHEMA}.payment_detail (client_id, boost_id, version),
    CONSTRAINT settled_by_somebody CHECK ((status = 'pending') = (num_nonnulls(settled_at, settled_by) = 0)
      AND num_nonnulls(settled_at, settled_by) <> 1),
    CONSTRAINT paid_by_transaction CHECK (CASE status
      WHEN 'paid' THEN transaction_id IS NOT NULL AND btrim(transaction_id) NOT IN ('', 'zero')
      ELSE transaction_id IS NULL
    END)
  );
  -- A boost is tried again only after its attempt has failed.
  CREATE UNIQUE INDEX payout_in_one_run ON ${SCHEMA}.payout_attempt (client_id, boost_id) WHERE status <> 'failed';
  -- A transaction pays one payout.
  CREATE UNIQUE INDEX payout_transaction ON ${SCHEMA}.payout_attempt (client_id, transaction_id) WHERE status = 'paid';
  CREATE INDEX payout_pending ON ${SCHEMA}.payout_attempt (client_id, run_id) WHERE status = 'pending';
  ${tenantTable(SCHEMA, 'payout_attempt', ['select', 'insert', 'update'])}`;

const AUDIT = `
  -- Who was given the accounts of a run, and when.
  CREATE TABLE ${SCHEMA}.payout_export (
    client_id uuid NOT NULL,
    run_id uuid NOT NULL,
    number integer NOT NULL CHECK (number > 0),
    exported_at timestamptz NOT NULL,
    exported_by text NOT NULL,
    PRIMARY KEY (client_id, run_id, number),
    FOREIGN KEY (client_id, run_id) REFERENCES ${SCHEMA}.payout_run (client_id, id)
  );
  ${tenantTable(SCHEMA, 'payout_export', ['select', 'insert'])}

  -- Payouts that arrived after their attempt was settled otherwise. They are booked by nobody but a person.
  CREATE TABLE ${SCHEMA}.payout_late_success (
    client_id uuid NOT NULL,
    boost_id uuid NOT NULL,
    reference text NOT NULL,
    transaction_id text NOT NULL,
    noted_at timestamptz NOT NULL,
    noted_by text NOT NULL,
    PRIMARY KEY (client_id, boost_id, reference, transaction_id),
    FOREIGN KEY (client_id, reference) REFERENCES ${SCHEMA}.payout_attempt (client_id, reference)
  );
  ${tenantTable(SCHEMA, 'payout_late_success', ['select', 'insert'])}`;

const GUARD_RUN = `
  CREATE FUNCTION ${SCHEMA}.guard_payout_run() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
  BEGIN
    IF TG_OP = 'INSERT' THEN
      IF NEW.state <> 'freezing' THEN
        RAISE EXCEPTION 'a payout run begins empty' USING ERRCODE = 'check_violation';
      END IF;
    ELSIF (NEW.client_id, NEW.id, NEW.currency, NEW.programme_date, NEW.created_at, NEW.created_by)
          IS DISTINCT FROM (OLD.client_id, OLD.id, OLD.currency, OLD.programme_date, OLD.created_at, OLD.created_by)
          OR (OLD.state, NEW.state) NOT IN (('freezing', 'open'), ('freezing', 'ended'), ('open', 'ended')) THEN
      RAISE EXCEPTION 'a payout run only goes on' USING ERRCODE = 'check_violation';
    ELSIF NEW.state = 'ended' AND EXISTS (
            SELECT FROM ${SCHEMA}.payout_attempt
            WHERE client_id = NEW.client_id AND run_id = NEW.id AND status = 'pending') THEN
      RAISE EXCEPTION 'a payout run ends when none of its payouts is pending' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END $body$;
  REVOKE ALL ON FUNCTION ${SCHEMA}.guard_payout_run() FROM PUBLIC;
  CREATE TRIGGER guard_payout_run BEFORE INSERT OR UPDATE ON ${SCHEMA}.payout_run
    FOR EACH ROW EXECUTE FUNCTION ${SCHEMA}.guard_payout_run();`;

const GUARD_ATTEMPT = `
  CREATE FUNCTION ${SCHEMA}.guard_payout_attempt() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
  BEGIN
    IF OLD.status <> 'pending'
       OR (NEW.client_id, NEW.run_id, NEW.boost_id, NEW.creator_id, NEW.reference, NEW.amount_minor, NEW.payment_detail_version)
          IS DISTINCT FROM
          (OLD.client_id, OLD.run_id, OLD.boost_id, OLD.creator_id, OLD.reference, OLD.amount_minor, OLD.payment_detail_version) THEN
      RAISE EXCEPTION 'a payout attempt is frozen, and settled once' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END $body$;
  CREATE TRIGGER guard_payout_attempt BEFORE UPDATE ON ${SCHEMA}.payout_attempt
    FOR EACH ROW EXECUTE FUNCTION ${SCHEMA}.guard_payout_attempt();

  CREATE FUNCTION ${SCHEMA}.check_frozen_payouts() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
  BEGIN
    IF EXISTS (
      SELECT FROM attempts AS a
      LEFT JOIN ${SCHEMA}.payout_run AS r ON r.client_id = a.client_id AND r.id = a.run_id AND r.state = 'freezing'
      LEFT JOIN ${SCHEMA}.boost AS b
        ON b.client_id = a.client_id AND b.id = a.boost_id AND b.creator_id = a.creator_id AND b.status = 'pending_payout'
        AND b.released_at IS NOT NULL AND b.final_payout_minor = a.amount_minor
        AND b.payment_detail_version = a.payment_detail_version AND b.currency = r.currency
      WHERE r.id IS NULL OR b.id IS NULL OR a.status <> 'pending') THEN
      RAISE EXCEPTION 'a payout attempt is what its boost is to be paid now, in a run that is freezing'
        USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
  END $body$;
  CREATE TRIGGER check_frozen_payouts AFTER INSERT ON ${SCHEMA}.payout_attempt
    REFERENCING NEW TABLE AS attempts FOR EACH STATEMENT EXECUTE FUNCTION ${SCHEMA}.check_frozen_payouts();

  -- When all is done: the attempt is settled first, since a boost in an open run is not paid otherwise.
  CREATE FUNCTION ${SCHEMA}.check_paid_attempt() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
  BEGIN
    IF NOT EXISTS (
      SELECT FROM ${SCHEMA}.boost WHERE client_id = NEW.client_id AND id = NEW.boost_id AND status = 'paid'
        AND transaction_id = NEW.transaction_id AND final_payout_minor = NEW.amount_minor) THEN
      RAISE EXCEPTION 'a payout attempt is paid when its boost is, by the same transaction' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
  END $body$;
  CREATE CONSTRAINT TRIGGER check_paid_attempt AFTER UPDATE ON ${SCHEMA}.payout_attempt
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.status = 'paid')
    EXECUTE FUNCTION ${SCHEMA}.check_paid_attempt();
  REVOKE ALL ON FUNCTION ${SCHEMA}.guard_payout_attempt(), ${SCHEMA}.check_frozen_payouts(), ${SCHEMA}.check_paid_attempt()
    FROM PUBLIC;`;

const GUARD_BOOST = `
  -- What a run may take up, in the order in which it does.
  CREATE INDEX boost_payable ON ${SCHEMA}.boost (client_id, lane, id)
    WHERE status = 'pending_payout' AND released_at IS NOT NULL;

  CREATE FUNCTION ${SCHEMA}.guard_open_run() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
  BEGIN
    IF EXISTS (SELECT FROM ${SCHEMA}.payout_attempt
               WHERE client_id = NEW.client_id AND boost_id = NEW.id AND status = 'pending') THEN
      RAISE EXCEPTION 'a boost in an open payout run is paid by its run' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END $body$;
  REVOKE ALL ON FUNCTION ${SCHEMA}.guard_open_run() FROM PUBLIC;
  CREATE TRIGGER guard_open_run BEFORE UPDATE ON ${SCHEMA}.boost FOR EACH ROW
    WHEN (OLD.status = 'pending_payout'
          AND (NEW.status <> OLD.status OR NEW.final_amount_version IS DISTINCT FROM OLD.final_amount_version))
    EXECUTE FUNCTION ${SCHEMA}.guard_open_run();`;
