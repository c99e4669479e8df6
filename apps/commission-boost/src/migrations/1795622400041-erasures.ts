import { rolesOf, tenantTable } from '#libs/persistence';
import { creatorErasureTable } from '#libs/secrets';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const SCHEMA = 'commission_boost';
const { running } = rolesOf(SCHEMA);

/** Creators can be erased, and accounts compared without being kept in clear. */
export class Erasures1795622400041 implements MigrationInterface {
  readonly name = 'Erasures1795622400041';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(creatorErasureTable(SCHEMA));
    await runner.query(ERASURE);
    await runner.query(FINGERPRINT);
    await runner.query(TEXTS);
    await runner.query(PAID_BOOSTS);
  }

  down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

const ERASURE = `
  -- When it was said what is owed.
  ALTER TABLE ${SCHEMA}.creator_erasure ADD COLUMN answered_at timestamptz;

  -- Boosts that redemption knows to be claimed and not to be paid: until each is known here nobody can say what is owed.
  CREATE TABLE ${SCHEMA}.erasure_claim (
    client_id uuid NOT NULL,
    erasure_id uuid NOT NULL,
    redemption_ids uuid[] NOT NULL,
    PRIMARY KEY (client_id, erasure_id)
  );
  ${tenantTable(SCHEMA, 'erasure_claim', ['select', 'insert'])}`;

const FINGERPRINT = `
  -- Keyed hashes of accounts, to tell whether two creators gave one. Null: it could not be opened to be hashed.
  CREATE TABLE ${SCHEMA}.account_fingerprint (
    client_id uuid NOT NULL,
    boost_id uuid NOT NULL,
    version integer NOT NULL,
    creator_id uuid NOT NULL,
    fingerprint bytea,
    PRIMARY KEY (client_id, boost_id, version),
    FOREIGN KEY (client_id, boost_id, version) REFERENCES ${SCHEMA}.payment_detail (client_id, boost_id, version)
  );
  CREATE INDEX account_fingerprint_of_account ON ${SCHEMA}.account_fingerprint (client_id, fingerprint, creator_id);
  CREATE INDEX account_fingerprint_of_creator ON ${SCHEMA}.account_fingerprint (client_id, creator_id);
  ${tenantTable(SCHEMA, 'account_fingerprint', ['select', 'insert', 'delete'])}`;

const TEXTS = `
  -- What people wrote about the payouts of an erased creator, and accounts that are not sealed with a key of its own: the
  -- tables are append-only, so the owner's function takes these away, and nothing else. Amounts and digests stay.
  CREATE FUNCTION ${SCHEMA}.erase_texts(creator uuid, OUT reasons bigint, OUT former_accounts bigint)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
  DECLARE
    client uuid := nullif(current_setting('laurel.client_id', true), '')::uuid;
    boosts uuid[];
    overrides bigint;
  BEGIN
    IF NOT EXISTS (SELECT FROM ${SCHEMA}.creator_erasure e
                   WHERE e.client_id = client AND e.creator_id = creator AND e.stage IN ('erasing', 'erased')) THEN
      RAISE EXCEPTION 'creator % is not erased', creator USING ERRCODE = 'check_violation';
    END IF;
    SELECT array_agg(b.id) INTO boosts FROM ${SCHEMA}.boost b WHERE b.client_id = client AND b.creator_id = creator;
    UPDATE ${SCHEMA}.final_amount f SET reason = NULL, reason_salt = NULL
    WHERE f.client_id = client AND f.boost_id = ANY (boosts) AND f.reason IS NOT NULL;
    GET DIAGNOSTICS reasons = ROW_COUNT;
    UPDATE ${SCHEMA}.boost b SET hold_override_reason = 'erased'
    WHERE b.client_id = client AND b.id = ANY (boosts) AND b.hold_override_reason <> 'erased';
    GET DIAGNOSTICS overrides = ROW_COUNT;
    reasons := reasons + overrides;
    UPDATE ${SCHEMA}.payment_detail d SET sealed_account = '', key_id = NULL
    WHERE d.client_id = client AND d.boost_id = ANY (boosts) AND d.key_id IS NOT NULL;
    GET DIAGNOSTICS former_accounts = ROW_COUNT;
  END $body$;
  REVOKE ALL ON FUNCTION ${SCHEMA}.erase_texts(uuid) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION ${SCHEMA}.erase_texts(uuid) TO ${running};`;

/** The guard as it stands, but for this one case: the owner takes the reason of an override from a paid boost. */
const PAID_BOOSTS = `
  DO $outer$
  DECLARE
    guard text := pg_get_functiondef('${SCHEMA}.guard_boost()'::regprocedure);
    paid constant text := $$IF OLD.status = 'paid' THEN$$;
  BEGIN
    IF position(paid IN guard) = 0 THEN
      RAISE EXCEPTION 'guard_boost does not read as this migration knows it';
    END IF;
    EXECUTE replace(guard, paid, $$IF OLD.status = 'paid' AND NOT (
        current_user = '${rolesOf(SCHEMA).owner}' AND NEW.hold_override_reason = 'erased'
        AND to_jsonb(NEW) - 'hold_override_reason' = to_jsonb(OLD) - 'hold_override_reason') THEN$$);
  END $outer$;`;
