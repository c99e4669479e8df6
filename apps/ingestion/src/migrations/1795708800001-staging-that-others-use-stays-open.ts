import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The lock that emptying a table takes is let go where it is not emptied, and not kept until all rows of one sync are gone. */
const CLEAR_STAGING = `
  CREATE OR REPLACE FUNCTION ingestion.clear_staging(target text, sync uuid) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
  DECLARE
    others boolean;
  BEGIN
    IF target NOT IN ('staged_row', 'staged_difference') THEN
      RAISE EXCEPTION 'not a staging table: %', target;
    END IF;
    BEGIN
      EXECUTE format('LOCK TABLE ingestion.%I IN ACCESS EXCLUSIVE MODE NOWAIT', target);
      EXECUTE format('SELECT EXISTS (SELECT FROM ingestion.%I r WHERE r.sync_id <> $1)', target) INTO others USING sync;
      IF NOT others THEN
        EXECUTE format('TRUNCATE ingestion.%I', target);
        RETURN;
      END IF;
      RAISE EXCEPTION 'others have rows there' USING ERRCODE = 'lock_not_available';
    EXCEPTION WHEN lock_not_available THEN
      NULL;
    END;
    EXECUTE format('DELETE FROM ingestion.%I r WHERE r.sync_id = $1', target) USING sync;
  END $body$`;

export class StagingThatOthersUseStaysOpen1795708800001 implements MigrationInterface {
  readonly name = 'StagingThatOthersUseStaysOpen1795708800001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CLEAR_STAGING);
  }

  down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
