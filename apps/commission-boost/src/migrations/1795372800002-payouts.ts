import { tenantTable } from '#libs/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { PAYMENT_METHODS } from '../domain/payment-account/payment-account.ts';

const SCHEMA = 'commission_boost';

/** What people decide about a payout: how much (append-only, with a reason) and where to (ciphertext only). */
export class Payouts1795372800002 implements MigrationInterface {
  readonly name = 'Payouts1795372800002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE ${SCHEMA}.final_amount (
        client_id uuid NOT NULL,
        boost_id uuid NOT NULL,
        version integer NOT NULL CHECK (version > 0),
        amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
        reason text NOT NULL CHECK (char_length(btrim(reason)) >= 10),
        set_by text NOT NULL,
        set_at timestamptz NOT NULL,
        PRIMARY KEY (client_id, boost_id, version),
        UNIQUE (client_id, boost_id, version, amount_minor),
        FOREIGN KEY (client_id, boost_id) REFERENCES ${SCHEMA}.boost (client_id, id)
      );
      ${tenantTable(SCHEMA, 'final_amount', ['select', 'insert'])}

      -- Every version that was given. The account is sealed for its client, creator and this very row.
      CREATE TABLE ${SCHEMA}.payment_detail (
        client_id uuid NOT NULL,
        boost_id uuid NOT NULL,
        version integer NOT NULL CHECK (version > 0),
        creator_id uuid NOT NULL,
        method text NOT NULL CHECK (method IN (${PAYMENT_METHODS.map((method) => `'${method}'`).join(', ')})),
        sealed_account bytea NOT NULL,
        key_id text NOT NULL,
        given_at timestamptz NOT NULL,
        PRIMARY KEY (client_id, boost_id, version),
        FOREIGN KEY (client_id, boost_id) REFERENCES ${SCHEMA}.boost (client_id, id)
      );
      ${tenantTable(SCHEMA, 'payment_detail', ['select', 'insert'])}

      -- A boost pays the amount of the version it names, to the account of the version it names.
      ALTER TABLE ${SCHEMA}.boost
        ADD FOREIGN KEY (client_id, id, final_amount_version, final_payout_minor)
          REFERENCES ${SCHEMA}.final_amount (client_id, boost_id, version, amount_minor),
        ADD FOREIGN KEY (client_id, id, payment_detail_version)
          REFERENCES ${SCHEMA}.payment_detail (client_id, boost_id, version);`);
  }

  down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
