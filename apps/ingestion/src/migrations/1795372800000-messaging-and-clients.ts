import { messagingTables } from '#libs/messaging';
import { partitionFunctions, tenantTable } from '#libs/persistence';
import { idempotencyTable, NIL_CLIENT } from '#libs/service-kit';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const SCHEMA = 'ingestion';

/** The messaging core, the clients, and this service's copies of what other services own. */
export class MessagingAndClients1795372800000 implements MigrationInterface {
  readonly name = 'MessagingAndClients1795372800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(messagingTables(SCHEMA));
    await runner.query(partitionFunctions(SCHEMA));
    await runner.query(idempotencyTable(SCHEMA));
    await runner.query(CLIENTS);
    await runner.query(COPIES);
  }

  down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

const CLIENTS = `
  -- The operators' list of clients. Its rows belong to the operators, whose tenant is the nil UUID, like their stored
  -- answers: so a slug is unique among all clients by a key that begins with client_id, the list is one query behind
  -- row-level security like any other, and no client can see who else is here. (Rows of the clients themselves would
  -- need a unique key across tenants, and a function that steps over the walls to list them.)
  CREATE TABLE ${SCHEMA}.client_directory (
    client_id uuid NOT NULL CHECK (client_id = '${NIL_CLIENT}'),
    id uuid NOT NULL,
    slug text NOT NULL CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (client_id, id),
    UNIQUE (client_id, slug)
  );
  ${tenantTable(SCHEMA, 'client_directory', ['select', 'insert'])}`;

const COPIES = `
  -- Of the program what a file is read with.
  CREATE TABLE ${SCHEMA}.program (
    client_id uuid PRIMARY KEY,
    version bigint NOT NULL,
    currency text NOT NULL,
    timezone text NOT NULL,
    metric text NOT NULL CHECK (metric IN ('sales', 'units'))
  );
  ${tenantTable(SCHEMA, 'program', ['select', 'insert', 'update'])}

  -- Adjustments by effective date, in the program's metric, for the days of a creator.
  CREATE TABLE ${SCHEMA}.adjustment_day (
    client_id uuid NOT NULL,
    creator_id uuid NOT NULL,
    effective_date date NOT NULL,
    value bigint NOT NULL,
    PRIMARY KEY (client_id, creator_id, effective_date)
  );
  ${tenantTable(SCHEMA, 'adjustment_day', ['select', 'insert', 'update'])}`;
