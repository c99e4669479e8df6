import { tenantTable } from '#libs/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const SCHEMA = 'commission_boost';

/**
 * Statements, each version stored once and for ever, the versions of a client chained by hashes. What makes a next
 * version is noted by the database itself, in the transaction that changes the boost; the statement is made later, by
 * sets, so that nobody waits for it.
 */
export class Statements1795622400021 implements MigrationInterface {
  readonly name = 'Statements1795622400021';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(REASONS);
    await runner.query(STATEMENT);
    await runner.query(REQUEST);
    await runner.query(EXPIRED_BEFORE);
  }

  down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

const REASONS = `
  -- A statement holds the digest of a reason and never its text: with salt and text gone, the digest still stands and
  -- tells nothing. The salt is the database's, 122 random bits, so that no writer can forget or repeat it.
  ALTER TABLE ${SCHEMA}.final_amount
    ALTER COLUMN reason DROP NOT NULL,
    ADD COLUMN reason_salt text DEFAULT replace(gen_random_uuid()::text, '-', ''),
    ADD COLUMN reason_digest text;

  -- Without a reason there is no digest either, which may not be null: a final amount begins with a reason.
  CREATE FUNCTION ${SCHEMA}.digest_reason() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
  BEGIN
    NEW.reason_salt := replace(gen_random_uuid()::text, '-', '');
    NEW.reason_digest := encode(sha256(convert_to(NEW.reason_salt || ':' || NEW.reason, 'UTF8')), 'hex');
    RETURN NEW;
  END $body$;
  REVOKE ALL ON FUNCTION ${SCHEMA}.digest_reason() FROM PUBLIC;

  ALTER TABLE ${SCHEMA}.final_amount NO FORCE ROW LEVEL SECURITY;
  UPDATE ${SCHEMA}.final_amount
  SET reason_digest = encode(sha256(convert_to(reason_salt || ':' || reason, 'UTF8')), 'hex');
  ALTER TABLE ${SCHEMA}.final_amount FORCE ROW LEVEL SECURITY;

  ALTER TABLE ${SCHEMA}.final_amount
    ALTER COLUMN reason_digest SET NOT NULL,
    ADD CONSTRAINT reason_with_salt CHECK ((reason IS NULL) = (reason_salt IS NULL));
  CREATE TRIGGER digest_reason BEFORE INSERT ON ${SCHEMA}.final_amount
    FOR EACH ROW EXECUTE FUNCTION ${SCHEMA}.digest_reason();`;

/** The same text as in domain/statement/statement-chain.ts, which a test holds against it. */
const LINK = `'laurel-chain/1' || E'\\n' || position || E'\\n' || coalesce(previous, repeat('0', 64)) || E'\\n' || digest`;

const STATEMENT = `
  CREATE TABLE ${SCHEMA}.statement (
    client_id uuid NOT NULL,
    -- Of the version in the client's chain, gapless from 1.
    position bigint NOT NULL CHECK (position > 0),
    boost_id uuid NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    -- Canonical JSON (RFC 8785), byte for byte what the digest is of.
    document text NOT NULL,
    digest text NOT NULL CHECK (digest = encode(sha256(convert_to(document, 'UTF8')), 'hex')),
    -- The hash of the position before; null for the first.
    previous text CHECK ((previous IS NULL) = (position = 1)),
    previous_position bigint NOT NULL GENERATED ALWAYS AS (position - 1) STORED,
    hash text NOT NULL CHECK (hash = encode(sha256(convert_to(${LINK}, 'UTF8')), 'hex')),
    -- What the document knows, so that a request for what it knows already makes no version.
    adjustment_count integer NOT NULL CHECK (adjustment_count >= 0),
    correction_count integer NOT NULL CHECK (correction_count >= 0),
    is_paid boolean NOT NULL,
    PRIMARY KEY (client_id, position),
    UNIQUE (client_id, boost_id, version),
    UNIQUE (client_id, position, hash),
    FOREIGN KEY (client_id, boost_id) REFERENCES ${SCHEMA}.boost (client_id, id),
    FOREIGN KEY (client_id, previous_position, previous) REFERENCES ${SCHEMA}.statement (client_id, position, hash)
  );
  ${tenantTable(SCHEMA, 'statement', ['select', 'insert'])}`;

const REQUEST = `
  -- What has happened to boosts that no statement tells yet, in the order in which it happened to each. A row goes when
  -- its statement is made. The running role can take rows and not make them.
  CREATE TABLE ${SCHEMA}.statement_request (
    client_id uuid NOT NULL,
    number bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    boost_id uuid NOT NULL,
    adjustment_count integer NOT NULL CHECK (adjustment_count >= 0),
    is_paid boolean NOT NULL,
    PRIMARY KEY (client_id, number)
  );
  CREATE INDEX statement_request_by_boost ON ${SCHEMA}.statement_request (client_id, boost_id);
  ${tenantTable(SCHEMA, 'statement_request', ['select', 'delete'])}

  CREATE FUNCTION ${SCHEMA}.request_statements() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
  BEGIN
    INSERT INTO ${SCHEMA}.statement_request (client_id, boost_id, adjustment_count, is_paid)
    SELECT after.client_id, after.id, coalesce(after.final_amount_version, 0), after.status = 'paid'
    FROM boosts_after AS after JOIN boosts_before AS before USING (client_id, id)
    WHERE after.status IN ('expired', 'paid') AND after.status <> before.status
       OR after.final_amount_version IS DISTINCT FROM before.final_amount_version
    ORDER BY after.id;
    RETURN NULL;
  END $body$;
  CREATE TRIGGER request_statements AFTER UPDATE ON ${SCHEMA}.boost
    REFERENCING OLD TABLE AS boosts_before NEW TABLE AS boosts_after
    FOR EACH STATEMENT EXECUTE FUNCTION ${SCHEMA}.request_statements();
  REVOKE ALL ON FUNCTION ${SCHEMA}.request_statements() FROM PUBLIC;`;

const EXPIRED_BEFORE = `
  -- What ended before there were statements has one too: its first tells all that is known by now.
  ALTER TABLE ${SCHEMA}.boost NO FORCE ROW LEVEL SECURITY;
  ALTER TABLE ${SCHEMA}.statement_request NO FORCE ROW LEVEL SECURITY;
  INSERT INTO ${SCHEMA}.statement_request (client_id, boost_id, adjustment_count, is_paid)
  SELECT client_id, id, coalesce(final_amount_version, 0), status = 'paid'
  FROM ${SCHEMA}.boost WHERE status NOT IN ('scheduled', 'active') ORDER BY client_id, id;
  ALTER TABLE ${SCHEMA}.boost FORCE ROW LEVEL SECURITY;
  ALTER TABLE ${SCHEMA}.statement_request FORCE ROW LEVEL SECURITY;`;
