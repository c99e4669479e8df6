import { tenantTable } from '#libs/persistence';
import { dataKeyTable } from '#libs/secrets';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const SCHEMA = 'redemption';

/** Where gifts go: ciphertext alone, under the data key of its creator. */
export class GiftAddresses1795536000011 implements MigrationInterface {
  readonly name = 'GiftAddresses1795536000011';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ${dataKeyTable(SCHEMA)}

      CREATE TABLE ${SCHEMA}.gift_address (
        client_id uuid NOT NULL,
        redemption_id uuid NOT NULL,
        creator_id uuid NOT NULL,
        sealed_order bytea NOT NULL,
        given_at timestamptz NOT NULL,
        PRIMARY KEY (client_id, redemption_id),
        FOREIGN KEY (client_id, redemption_id) REFERENCES ${SCHEMA}.redemption (client_id, id),
        FOREIGN KEY (client_id, creator_id) REFERENCES ${SCHEMA}.data_key (client_id, creator_id)
      );
      ${tenantTable(SCHEMA, 'gift_address', ['select', 'insert'])}`);
  }

  down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
