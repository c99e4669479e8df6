import type { MigrationInterface, QueryRunner } from 'typeorm';

const SCHEMA = 'commission_boost';

/** A transaction pays one boost of a client, by a run or by hand; `zero` is none. */
export class OneBoostATransaction1795708800001 implements MigrationInterface {
  readonly name = 'OneBoostATransaction1795708800001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE UNIQUE INDEX boost_transaction ON ${SCHEMA}.boost (client_id, transaction_id)
        WHERE transaction_id <> 'zero';
      CREATE INDEX payout_late_transaction ON ${SCHEMA}.payout_late_success (client_id, transaction_id);`);
  }

  down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
