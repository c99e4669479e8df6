import { rolesOf } from '#libs/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const SCHEMA = 'redemption';
const { running } = rolesOf(SCHEMA);

/**
 * Attaching a partition locks the tables on the other side of its foreign keys against writers. It waits for them 200 ms
 * at most, since whoever comes later waits behind it, then gives up and is tried again.
 */
export class PartitionsWithoutAQueue1795536000033 implements MigrationInterface {
  readonly name = 'PartitionsWithoutAQueue1795536000033';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION ${SCHEMA}.make_client_partition(client uuid) RETURNS boolean
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '200ms' AS $body$
      BEGIN
        RETURN ${SCHEMA}.ensure_list_partition('redemption', client);
      EXCEPTION WHEN lock_not_available THEN
        RETURN false;
      END $body$;
      REVOKE ALL ON FUNCTION ${SCHEMA}.make_client_partition(uuid) FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION ${SCHEMA}.make_client_partition(uuid) TO ${running};`);
  }

  down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
