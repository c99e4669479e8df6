import type { MigrationInterface, QueryRunner } from 'typeorm';

const SCHEMA = 'commission_boost';

/**
 * An account opens for its method only: one could be exchanged for the other, and the account paid through another
 * wallet. Accounts that are sealed already keep their binding, and say so.
 */
export class MethodsBoundToAccounts1795708800003 implements MigrationInterface {
  readonly name = 'MethodsBoundToAccounts1795708800003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE ${SCHEMA}.payment_detail ADD COLUMN method_is_bound boolean NOT NULL DEFAULT false`,
    );
  }

  down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
