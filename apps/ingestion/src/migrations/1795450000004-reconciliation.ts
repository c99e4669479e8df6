import { reconciliationTables } from '#libs/service-kit';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the service's own figures are held against each other in, and what was found. */
export class Reconciliation1795450000004 implements MigrationInterface {
  readonly name = 'Reconciliation1795450000004';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(reconciliationTables('ingestion'));
  }

  down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
