import type { MigrationInterface, QueryRunner } from 'typeorm';

const SCHEMA = 'redemption';

/**
 * A page half full takes the new version of every row of it, so that hiding all of a reward's rows, which lie side by
 * side, and bringing them back writes to no index and leaves nothing to vacuum. At 80 % only a fourth of them stayed in
 * their page: the table and its indexes grew to 1.9 of their size, at 50 % to 1.13, and it was twice as fast.
 */
const STORAGE = 'fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02';

export class RoomInPages1795536000032 implements MigrationInterface {
  readonly name = 'RoomInPages1795536000032';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      UPDATE ${SCHEMA}.partition_setting SET storage_parameters = '${STORAGE}' WHERE parent = 'redemption';
      DO $body$
      DECLARE
        partition regclass;
      BEGIN
        FOR partition IN SELECT inhrelid FROM pg_inherits WHERE inhparent = '${SCHEMA}.redemption'::regclass LOOP
          EXECUTE format('ALTER TABLE %s SET (${STORAGE})', partition);
        END LOOP;
      END $body$;`);
  }

  down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
