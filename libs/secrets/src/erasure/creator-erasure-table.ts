import { tenantTable } from '#libs/persistence';

/** How far a service is with an erasure, in this order: it never goes back. */
export const ERASURE_STAGES = ['checking', 'refused', 'erasing', 'erased'] as const;
export type ErasureStage = (typeof ERASURE_STAGES)[number];

/**
 * The erasures a service has heard of, for a migration of a service that keeps something of creators. It holds ids alone
 * and is never emptied: it is what keeps an erased creator from being owed anything again.
 */
export function creatorErasureTable(schema: string): string {
  return `
    CREATE TABLE ${schema}.creator_erasure (
      client_id uuid NOT NULL,
      erasure_id uuid NOT NULL,
      creator_id uuid NOT NULL,
      stage text NOT NULL CHECK (stage IN (${ERASURE_STAGES.map((stage) => `'${stage}'`).join(', ')})),
      forced boolean NOT NULL,
      changed_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (client_id, erasure_id)
    );
    CREATE INDEX creator_erasure_of_creator ON ${schema}.creator_erasure (client_id, creator_id);
    ${tenantTable(schema, 'creator_erasure', ['select', 'insert', 'update'])}

    CREATE FUNCTION ${schema}.keep_erased() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
    BEGIN
      RAISE EXCEPTION 'creator % is erased, and stays so', OLD.creator_id USING ERRCODE = 'check_violation';
    END $body$;
    REVOKE ALL ON FUNCTION ${schema}.keep_erased() FROM PUBLIC;
    CREATE TRIGGER erased_for_good BEFORE UPDATE ON ${schema}.creator_erasure
      FOR EACH ROW WHEN (OLD.stage = 'erased') EXECUTE FUNCTION ${schema}.keep_erased();`;
}
