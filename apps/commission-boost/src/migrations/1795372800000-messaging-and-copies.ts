import { messagingTables } from '#libs/messaging';
import { partitionFunctions, tenantTable } from '#libs/persistence';
import { idempotencyTable } from '#libs/service-kit';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const SCHEMA = 'commission_boost';

/** The messaging core, and this service's copies of what other services own. */
export class MessagingAndCopies1795372800000 implements MigrationInterface {
  readonly name = 'MessagingAndCopies1795372800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(messagingTables(SCHEMA));
    await runner.query(partitionFunctions(SCHEMA));
    await runner.query(idempotencyTable(SCHEMA));
    await runner.query(`
      -- Raw lifetime GMV of every creator after every sync that moved it, so that a boost can be read at any sync, also
      -- when its claim arrives late. The entries between two readings are the differences of the sequences after the
      -- first up to and with the second.
      CREATE TABLE ${SCHEMA}.creator_gmv (
        client_id uuid NOT NULL,
        creator_id uuid NOT NULL,
        sync_sequence bigint NOT NULL CHECK (sync_sequence > 0),
        business_date date NOT NULL,
        lifetime_gmv_minor bigint NOT NULL,
        difference_minor bigint NOT NULL,
        PRIMARY KEY (client_id, creator_id, sync_sequence)
      );
      ${tenantTable(SCHEMA, 'creator_gmv', ['select', 'insert'])}

      -- The client's today, which payout holds go by.
      CREATE TABLE ${SCHEMA}.programme_date (
        client_id uuid PRIMARY KEY,
        programme_date date NOT NULL
      );
      ${tenantTable(SCHEMA, 'programme_date', ['select', 'insert', 'update'])}`);
  }

  down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
