import { tenantTable } from '#libs/persistence';

/**
 * The table of stored answers, for a service's first migration. Append-only: a key answers the same for ever. An answer
 * must therefore hold nothing that erasing a person would have to find.
 */
export function idempotencyTable(schema: string): string {
  return `
    CREATE TABLE ${schema}.idempotency_answer (
      client_id uuid NOT NULL,
      subject text NOT NULL,
      idempotency_key text NOT NULL,
      fingerprint text NOT NULL,
      status smallint NOT NULL CHECK (status BETWEEN 200 AND 299),
      headers jsonb NOT NULL,
      body text,
      answered_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (client_id, subject, idempotency_key)
    );
    ${tenantTable(schema, 'idempotency_answer', ['select', 'insert'])}`;
}
