import type { MigrationInterface, QueryRunner } from 'typeorm';

const SCHEMA = 'ingestion';
/** A row of up to a page stays in it. */
const PLAIN = 'toast_tuple_target = 8160';

/**
 * An event of a creator with ten videos is just over 2 KB, where Postgres begins to compress a row: a fifth of the time
 * of booking went into packing what the relay unpacks a moment later.
 */
export class EventsStandInTheOutboxAsTheyAre1795450000006 implements MigrationInterface {
  readonly name = 'EventsStandInTheOutboxAsTheyAre1795450000006';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `INSERT INTO ${SCHEMA}.partition_setting (parent, storage_parameters) VALUES ('outbox', '${PLAIN}')`,
    );
    await runner.query(`
      DO $$
      DECLARE
        child regclass;
      BEGIN
        FOR child IN SELECT inhrelid FROM pg_inherits WHERE inhparent = '${SCHEMA}.outbox'::regclass LOOP
          EXECUTE format('ALTER TABLE %s SET (${PLAIN})', child);
        END LOOP;
      END $$`);
  }

  down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
