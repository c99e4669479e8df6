import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ALERT_KINDS } from '../domain/alert/alert.ts';

const SCHEMA = 'commission_boost';

/** People are told of money that comes back after its boost was paid. */
export class PaymentsThatCameBack1795708800002 implements MigrationInterface {
  readonly name = 'PaymentsThatCameBack1795708800002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE ${SCHEMA}.alert DROP CONSTRAINT alert_kind_check, ADD CONSTRAINT alert_kind_check
        CHECK (kind IN (${ALERT_KINDS.map((kind) => `'${kind}'`).join(', ')}));`);
  }

  down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
