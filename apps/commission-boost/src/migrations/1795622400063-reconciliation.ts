import { reconciliationTables } from '#libs/service-kit';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Runs that hold boosts against what stands beside them, and what they find. */
export class Reconciliation1795622400063 implements MigrationInterface {
  readonly name = 'Reconciliation1795622400063';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(reconciliationTables('commission_boost', ['client', 'creator', 'boost']));
  }

  down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
