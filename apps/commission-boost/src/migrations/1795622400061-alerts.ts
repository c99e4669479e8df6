import { tenantTable } from '#libs/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ALERT_KINDS } from '../domain/alert/alert.ts';

const SCHEMA = 'commission_boost';

/** What people are told of: once per kind and subject, and never changed. */
export class Alerts1795622400061 implements MigrationInterface {
  readonly name = 'Alerts1795622400061';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE ${SCHEMA}.alert (
        client_id uuid NOT NULL,
        id uuid NOT NULL DEFAULT uuidv7(),
        kind text NOT NULL CHECK (kind IN (${ALERT_KINDS.map((kind) => `'${kind}'`).join(', ')})),
        creator_id uuid NOT NULL,
        boost_id uuid,
        subject text NOT NULL,
        facts jsonb NOT NULL CHECK (jsonb_typeof(facts) = 'object'),
        raised_at timestamptz NOT NULL,
        PRIMARY KEY (client_id, id),
        UNIQUE (client_id, kind, subject),
        FOREIGN KEY (client_id, boost_id) REFERENCES ${SCHEMA}.boost (client_id, id)
      );
      CREATE INDEX alert_by_kind ON ${SCHEMA}.alert (client_id, kind, id);
      CREATE INDEX alert_by_boost ON ${SCHEMA}.alert (client_id, boost_id, id) WHERE boost_id IS NOT NULL;
      ${tenantTable(SCHEMA, 'alert', ['select', 'insert'])}`);
  }

  down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
