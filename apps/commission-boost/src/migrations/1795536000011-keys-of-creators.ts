import { rolesOf } from '#libs/persistence';
import { dataKeyTable } from '#libs/secrets';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const SCHEMA = 'commission_boost';

/**
 * Accounts are sealed with a data key of their creator, no longer with one key for all. What is sealed already is sealed
 * anew by the running service, which alone has the keys: through the owner's function, since the table stays append-only
 * and only the former ciphertexts, which name their key, may be exchanged.
 */
export class KeysOfCreators1795536000011 implements MigrationInterface {
  readonly name = 'KeysOfCreators1795536000011';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ${dataKeyTable(SCHEMA)}

      ALTER TABLE ${SCHEMA}.payment_detail ALTER COLUMN key_id DROP NOT NULL;
      CREATE INDEX payment_detail_formerly_sealed ON ${SCHEMA}.payment_detail (client_id, boost_id, version)
        WHERE key_id IS NOT NULL;

      CREATE FUNCTION ${SCHEMA}.seal_account_anew(boost uuid, detail_version integer, former bytea, anew bytea)
      RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
      BEGIN
        UPDATE ${SCHEMA}.payment_detail SET sealed_account = anew, key_id = NULL
        WHERE client_id = (SELECT nullif(current_setting('laurel.client_id', true), '')::uuid)
          AND boost_id = boost AND version = detail_version AND sealed_account = former AND key_id IS NOT NULL;
        RETURN FOUND;
      END $body$;
      REVOKE ALL ON FUNCTION ${SCHEMA}.seal_account_anew(uuid, integer, bytea, bytea) FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION ${SCHEMA}.seal_account_anew(uuid, integer, bytea, bytea) TO ${rolesOf(SCHEMA).running};`);
  }

  down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
