import type { MigrationInterface, QueryRunner } from 'typeorm';

const SCHEMA = 'commission_boost';

/** A correction after a reading makes a next version of the statement, whatever else is known of the boost by then. */
export class StatementsOfCorrections1795622400081 implements MigrationInterface {
  readonly name = 'StatementsOfCorrections1795622400081';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION ${SCHEMA}.request_corrected_statements() RETURNS trigger
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
      BEGIN
        INSERT INTO ${SCHEMA}.statement_request (client_id, boost_id, adjustment_count, is_paid)
        SELECT DISTINCT client_id, boost_id, 0, false FROM corrections_after ORDER BY boost_id;
        RETURN NULL;
      END $body$;
      CREATE TRIGGER request_corrected_statements AFTER INSERT ON ${SCHEMA}.reading_correction
        REFERENCING NEW TABLE AS corrections_after
        FOR EACH STATEMENT EXECUTE FUNCTION ${SCHEMA}.request_corrected_statements();
      REVOKE ALL ON FUNCTION ${SCHEMA}.request_corrected_statements() FROM PUBLIC;`);
  }

  down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
