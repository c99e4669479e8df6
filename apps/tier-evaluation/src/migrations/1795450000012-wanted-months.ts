import { machineryTable } from '#libs/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const SCHEMA = 'tier_evaluation';

export class WantedMonths1795450000012 implements MigrationInterface {
  readonly name = 'WantedMonths1795450000012';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(WANTED_MONTHS);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

const WANTED_MONTHS = `
  -- Months of the day ledger that a batch has missed: a client's first dates, or a leap. A reconciler makes them.
  CREATE TABLE ${SCHEMA}.wanted_month (
    month date PRIMARY KEY,
    wanted_at timestamptz NOT NULL DEFAULT now()
  );
  ${machineryTable(SCHEMA, 'wanted_month', ['select', 'insert'])}`;
