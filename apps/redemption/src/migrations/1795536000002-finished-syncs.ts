import { tenantTable } from '#libs/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const SCHEMA = 'redemption';

/** By which a claim knows that a newer programme date is about to arrive. */
export class FinishedSyncs1795536000002 implements MigrationInterface {
  readonly name = 'FinishedSyncs1795536000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The latest business date that each service which applies syncs is through with.
      CREATE TABLE ${SCHEMA}.finished_sync (
        client_id uuid NOT NULL,
        service text NOT NULL,
        business_date date NOT NULL,
        heard_at timestamptz NOT NULL,
        PRIMARY KEY (client_id, service)
      );
      ${tenantTable(SCHEMA, 'finished_sync', ['select', 'insert', 'update'])}`);
  }

  down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
