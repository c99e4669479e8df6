import { messagingTables } from '#libs/messaging';
import { partitionFunctions, tenantTable } from '#libs/persistence';
import { idempotencyTable } from '#libs/service-kit';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const SCHEMA = 'redemption';

/** The messaging core, and this service's copies of what other services own. */
export class MessagingAndCopies1795372800000 implements MigrationInterface {
  readonly name = 'MessagingAndCopies1795372800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(messagingTables(SCHEMA));
    await runner.query(partitionFunctions(SCHEMA));
    await runner.query(idempotencyTable(SCHEMA));
    await runner.query(`
      -- Of the program what rewards are checked against and claims freeze.
      CREATE TABLE ${SCHEMA}.program (
        client_id uuid PRIMARY KEY,
        version bigint NOT NULL,
        currency text NOT NULL,
        timezone text NOT NULL,
        clearing_days integer NOT NULL,
        -- From tier 1.
        commission_rates_bps integer[] NOT NULL
      );
      ${tenantTable(SCHEMA, 'program', ['select', 'insert', 'update'])}

      -- The client's today, which claims and quotas go by.
      CREATE TABLE ${SCHEMA}.programme_date (
        client_id uuid PRIMARY KEY,
        programme_date date NOT NULL
      );
      ${tenantTable(SCHEMA, 'programme_date', ['select', 'insert', 'update'])}

      CREATE TABLE ${SCHEMA}.creator_tier (
        client_id uuid NOT NULL,
        creator_id uuid NOT NULL,
        tier smallint NOT NULL CHECK (tier BETWEEN 1 AND 6),
        tier_version bigint NOT NULL CHECK (tier_version >= 0),
        PRIMARY KEY (client_id, creator_id)
      );
      -- In the order in which backfills go through a tier.
      CREATE INDEX creator_tier_member ON ${SCHEMA}.creator_tier (client_id, tier, creator_id);
      ${tenantTable(SCHEMA, 'creator_tier', ['select', 'insert', 'update'])}`);
  }

  down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
