import { tenantTable } from '#libs/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { LEDGER_ACCOUNTS, POSTING_CAUSES } from '../domain/payout/ledger-account.ts';

const SCHEMA = 'commission_boost';
const quoted = (names: readonly string[]) => names.map((name) => `'${name}'`).join(', ');

/**
 * The ledger of payouts. Its postings come from the changes of boosts themselves, by an owner's function: whoever moves
 * a boost's money, also by hand, can neither forget the ledger nor write it.
 */
export class PayoutLedger1795622400001 implements MigrationInterface {
  readonly name = 'PayoutLedger1795622400001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(RELEASE_COLUMN);
    await runner.query(LEDGER);
    await runner.query(FORMER_BOOSTS);
    await runner.query(RELEASE);
    await runner.query(POST);
  }

  down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

const RELEASE_COLUMN = `
  -- When the payout became payable: its hold was over, or overridden, and its details were given.
  ALTER TABLE ${SCHEMA}.boost ADD COLUMN released_at timestamptz;`;

const LEDGER = `
  -- One posting moves an amount from the credited account to the debited one. Nothing refers to boosts: boosts are never
  -- removed, nobody but the function below writes here, and a check a row would be paid by every sync that ends boosts.
  CREATE TABLE ${SCHEMA}.ledger_posting (
    client_id uuid NOT NULL,
    boost_id uuid NOT NULL,
    cause text NOT NULL CHECK (cause IN (${quoted(POSTING_CAUSES)})),
    -- Of the final amount that is booked or reversed; else 0.
    version integer NOT NULL,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    debit_account text NOT NULL CHECK (debit_account IN (${quoted(LEDGER_ACCOUNTS)})),
    credit_account text NOT NULL CHECK (credit_account IN (${quoted(LEDGER_ACCOUNTS)})),
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    -- The client's today when it was booked: an earlier month never changes.
    posted_on date NOT NULL,
    posted_at timestamptz NOT NULL DEFAULT now(),
    reverses text GENERATED ALWAYS AS (CASE cause WHEN 'reversal' THEN 'final_amount' END) STORED,
    -- Each once: a boost earns, is released and is paid one time, and a correction is taken back one time.
    PRIMARY KEY (client_id, boost_id, cause, version),
    FOREIGN KEY (client_id, boost_id, reverses, version)
      REFERENCES ${SCHEMA}.ledger_posting (client_id, boost_id, cause, version),
    CONSTRAINT accounts_of_the_cause CHECK (CASE cause
      WHEN 'expiry' THEN version = 0 AND debit_account = 'held' AND credit_account = 'accrued'
      WHEN 'release' THEN version = 0 AND debit_account = 'payable' AND credit_account = 'held'
      WHEN 'payment' THEN version = 0 AND debit_account = 'paid' AND credit_account = 'payable'
      ELSE version > 0 AND (debit_account IN ('held', 'payable') AND credit_account = 'adjusted'
                            OR debit_account = 'adjusted' AND credit_account IN ('held', 'payable'))
    END)
  );
  ${tenantTable(SCHEMA, 'ledger_posting', ['select'])}`;

/** A posting of each kind, for boosts as they were and are: rows of (cause, version, debit, credit, amount). */
const POSTINGS = `
  (VALUES
    ('expiry', 0, 'held', 'accrued',
     CASE WHEN before.status = 'active' AND after.status <> 'active' THEN after.calculated_payout_minor ELSE 0 END),
    ('reversal', before.final_amount_version, before.stands_in, 'adjusted',
     CASE WHEN before.final_amount_version IS DISTINCT FROM after.final_amount_version
               AND before.final_amount_version IS NOT NULL
          THEN before.calculated_payout_minor - before.final_payout_minor ELSE 0 END),
    ('final_amount', after.final_amount_version, before.stands_in, 'adjusted',
     CASE WHEN before.final_amount_version IS DISTINCT FROM after.final_amount_version
               AND after.final_amount_version IS NOT NULL
          THEN after.final_payout_minor - after.calculated_payout_minor ELSE 0 END),
    ('release', 0, 'payable', 'held',
     CASE WHEN before.released_at IS NULL AND after.released_at IS NOT NULL THEN after.final_payout_minor ELSE 0 END),
    ('payment', 0, 'paid', 'payable',
     CASE WHEN before.status <> 'paid' AND after.status = 'paid' THEN after.final_payout_minor ELSE 0 END)
  ) AS posting (cause, version, debit, credit, amount)`;

const INSERT = `
  INSERT INTO ${SCHEMA}.ledger_posting
    (client_id, boost_id, cause, version, currency, debit_account, credit_account, amount_minor, posted_on, posted_at)`;
const SIDES = `
  CASE WHEN amount > 0 THEN debit ELSE credit END, CASE WHEN amount > 0 THEN credit ELSE debit END, abs(amount)`;

const POST = `
  CREATE FUNCTION ${SCHEMA}.post_boost_money() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
  BEGIN
    ${INSERT}
    SELECT after.client_id, after.id, cause, version, after.currency, ${SIDES},
           greatest(after.expired_on, today.programme_date), now()
    FROM boosts_after AS after
    JOIN (SELECT *, CASE WHEN released_at IS NULL THEN 'held' ELSE 'payable' END AS stands_in FROM boosts_before) AS before
      ON before.client_id = after.client_id AND before.id = after.id
      AND (before.status, before.final_amount_version, before.released_at)
          IS DISTINCT FROM (after.status, after.final_amount_version, after.released_at)
    LEFT JOIN ${SCHEMA}.programme_date AS today ON today.client_id = after.client_id
    CROSS JOIN LATERAL ${POSTINGS}
    WHERE posting.amount <> 0;
    RETURN NULL;
  END $body$;
  CREATE TRIGGER post_boost_money AFTER UPDATE ON ${SCHEMA}.boost
    REFERENCING OLD TABLE AS boosts_before NEW TABLE AS boosts_after
    FOR EACH STATEMENT EXECUTE FUNCTION ${SCHEMA}.post_boost_money();
  REVOKE ALL ON FUNCTION ${SCHEMA}.post_boost_money(), ${SCHEMA}.guard_release() FROM PUBLIC;`;

const RELEASE = `
  ALTER TABLE ${SCHEMA}.boost ADD CONSTRAINT released_when_payable CHECK (CASE status
      WHEN 'paid' THEN released_at IS NOT NULL
      WHEN 'pending_payout' THEN true
      ELSE released_at IS NULL
    END);
  -- Payouts in the order in which their holds end, until they are released.
  CREATE INDEX boost_held ON ${SCHEMA}.boost (client_id, lane, (expiry_date + clearing_days))
    WHERE status = 'pending_payout' AND released_at IS NULL;

  CREATE FUNCTION ${SCHEMA}.guard_release() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
  BEGIN
    IF OLD.released_at IS NOT NULL AND NEW.released_at IS DISTINCT FROM OLD.released_at THEN
      RAISE EXCEPTION 'a payout is released once' USING ERRCODE = 'check_violation';
    END IF;
    -- What is paid was payable, also when the payment overrides the hold.
    IF NEW.status = 'paid' AND NEW.released_at IS NULL THEN
      NEW.released_at := NEW.paid_at;
    END IF;
    RETURN NEW;
  END $body$;
  CREATE TRIGGER guard_release BEFORE UPDATE ON ${SCHEMA}.boost FOR EACH ROW
    WHEN (OLD.released_at IS NOT NULL OR NEW.status = 'paid') EXECUTE FUNCTION ${SCHEMA}.guard_release();`;

/**
 * Boosts of before get the postings that they would have had. No programme date of then is known: the day is that of the
 * client's clock. Row-level security binds the owner too.
 */
const FORMER_BOOSTS = `
  ALTER TABLE ${SCHEMA}.boost DISABLE TRIGGER guard_boost;
  DO $body$
  DECLARE
    client uuid;
  BEGIN
    FOR client IN SELECT client_id FROM ${SCHEMA}.tenant LOOP
      PERFORM set_config('laurel.client_id', client::text, true);
      UPDATE ${SCHEMA}.boost SET released_at = paid_at WHERE client_id = client AND status = 'paid';
      ${INSERT}
      SELECT b.client_id, b.id, cause, version, b.currency, ${SIDES},
             greatest(b.expired_on, (booked_at AT TIME ZONE b.timezone)::date), booked_at
      FROM ${SCHEMA}.boost AS b
      CROSS JOIN LATERAL (
        SELECT 'expiry', 0, 'held', 'accrued', b.calculated_payout_minor, coalesce(min(occurred_at), b.changed_at)
        FROM ${SCHEMA}.boost_transition AS t
        WHERE t.client_id = client AND t.boost_id = b.id AND t.to_status = 'expired'
        UNION ALL
        SELECT 'final_amount', f.version, 'held', 'adjusted', f.amount_minor - b.calculated_payout_minor, f.set_at
        FROM ${SCHEMA}.final_amount AS f
        WHERE f.client_id = client AND f.boost_id = b.id AND f.version <= b.final_amount_version
        UNION ALL
        SELECT 'reversal', f.version, 'held', 'adjusted', b.calculated_payout_minor - f.amount_minor, next.set_at
        FROM ${SCHEMA}.final_amount AS f
        JOIN ${SCHEMA}.final_amount AS next
          ON next.client_id = client AND next.boost_id = b.id AND next.version = f.version + 1
        WHERE f.client_id = client AND f.boost_id = b.id AND f.version < b.final_amount_version
        UNION ALL
        SELECT 'release', 0, 'payable', 'held', b.final_payout_minor, b.paid_at WHERE b.status = 'paid'
        UNION ALL
        SELECT 'payment', 0, 'paid', 'payable', b.final_payout_minor, b.paid_at WHERE b.status = 'paid'
      ) AS posting (cause, version, debit, credit, amount, booked_at)
      WHERE b.client_id = client AND b.status NOT IN ('scheduled', 'active') AND amount <> 0;
    END LOOP;
    PERFORM set_config('laurel.client_id', '', true);
  END $body$;
  ALTER TABLE ${SCHEMA}.boost ENABLE TRIGGER guard_boost;`;
