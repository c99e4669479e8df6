import { tenantTable } from '#libs/persistence';

/**
 * The table of data keys, for a migration of a service that keeps secrets: one key a creator, wrapped by a master key.
 * A destroyed key leaves its row, so that nobody makes another in its place; what it has sealed stays shut for good.
 */
export function dataKeyTable(schema: string): string {
  return `
    CREATE TABLE ${schema}.data_key (
      client_id uuid NOT NULL,
      creator_id uuid NOT NULL,
      master_key_id text,
      wrapped bytea,
      made_at timestamptz NOT NULL DEFAULT now(),
      rewrapped_at timestamptz,
      destroyed_at timestamptz,
      PRIMARY KEY (client_id, creator_id),
      CONSTRAINT wrapped_until_destroyed CHECK (
        (wrapped IS NULL) = (destroyed_at IS NOT NULL) AND (master_key_id IS NULL) = (destroyed_at IS NOT NULL))
    );
    ${tenantTable(schema, 'data_key', ['select', 'insert', 'update'])}

    CREATE FUNCTION ${schema}.keep_destroyed_data_key() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
    BEGIN
      RAISE EXCEPTION 'the data key of creator % is destroyed', OLD.creator_id;
    END $body$;
    REVOKE ALL ON FUNCTION ${schema}.keep_destroyed_data_key() FROM PUBLIC;
    CREATE TRIGGER destroyed_for_good BEFORE UPDATE ON ${schema}.data_key
      FOR EACH ROW WHEN (OLD.destroyed_at IS NOT NULL) EXECUTE FUNCTION ${schema}.keep_destroyed_data_key();`;
}
