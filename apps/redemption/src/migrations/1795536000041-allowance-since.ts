import type { MigrationInterface, QueryRunner } from 'typeorm';

const SCHEMA = 'redemption';

/**
 * Since when a reward's frequency and quantity are what they are: earlier claims were held against others, so that a
 * verification must not hold them against these. Of rewards that are there already nobody knows; their claims so far are
 * not judged.
 */
export class AllowanceSince1795536000041 implements MigrationInterface {
  readonly name = 'AllowanceSince1795536000041';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE ${SCHEMA}.reward ADD COLUMN allowance_since timestamptz NOT NULL DEFAULT now();
      GRANT UPDATE (allowance_since) ON ${SCHEMA}.reward TO laurel_redemption;`);
  }

  down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
