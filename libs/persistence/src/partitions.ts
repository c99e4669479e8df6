import { rolesOf } from './tenant-tables.ts';

/**
 * The owner's functions with which the running role, that owns nothing, makes partitions: created apart and attached,
 * since `PARTITION OF` would lock the parent and every sibling. A new partition gets its parent's row-level security
 * and no rights of its own: rows are reached through the parent alone.
 *
 * - `ensure_range_partition(parent, from, to, suffix)`: `[from, to)` of a range-partitioned table
 * - `ensure_list_partition(parent, client)`: one client's partition
 *
 * Storage parameters of new partitions (`fillfactor = 50`) stand in `partition_setting`, which the owner alone reads.
 * Both answer whether they made one, may be called twice and at once, and refuse parents of another schema.
 */
export function partitionFunctions(schema: string): string {
  const { running } = rolesOf(schema);
  return `
    CREATE TABLE ${schema}.partition_setting (
      parent text PRIMARY KEY,
      storage_parameters text NOT NULL
    );

    CREATE ${attachPartition(schema, `to_regclass('${schema}.' || child) IS NOT NULL`)}
    REVOKE ALL ON FUNCTION ${schema}.attach_partition(text, text, text) FROM PUBLIC;

    CREATE FUNCTION ${schema}.ensure_range_partition(parent text, lower_bound text, upper_bound text, suffix text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
    BEGIN
      RETURN ${schema}.attach_partition(parent, parent || '_' || suffix,
        format('FOR VALUES FROM (%L) TO (%L)', lower_bound, upper_bound));
    END $body$;
    REVOKE ALL ON FUNCTION ${schema}.ensure_range_partition(text, text, text, text) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION ${schema}.ensure_range_partition(text, text, text, text) TO ${running};

    CREATE FUNCTION ${schema}.ensure_list_partition(parent text, client uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
    BEGIN
      RETURN ${schema}.attach_partition(parent, parent || '_' || replace(client::text, '-', ''),
        format('FOR VALUES IN (%L)', client));
    END $body$;
    REVOKE ALL ON FUNCTION ${schema}.ensure_list_partition(text, uuid) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION ${schema}.ensure_list_partition(text, uuid) TO ${running};`;
}

/**
 * Replaces the function of `partitionFunctions` that makes a partition, whose look at what is there already could be one
 * from before the lock: a name that was once looked up in vain is remembered, and waiting for an advisory lock does not
 * make a session forget it. Two processes that made the same partition at once then ended one of them. A query reads the
 * catalogue anew.
 */
export function partitionsMadeAtOnce(schema: string): string {
  const there = `SELECT FROM pg_catalog.pg_class c WHERE c.relnamespace = '${schema}'::regnamespace AND c.relname = child`;
  return `CREATE OR REPLACE ${attachPartition(schema, `EXISTS (${there})`)}`;
}

function attachPartition(schema: string, isThere: string): string {
  return `FUNCTION ${schema}.attach_partition(parent text, child text, bounds text) RETURNS boolean
    LANGUAGE plpgsql AS $body$
    DECLARE
      secured boolean;
      parameters text;
    BEGIN
      IF parent !~ '^[a-z_]+$' OR child !~ '^[a-z0-9_]+$' THEN
        RAISE EXCEPTION 'not a table name: % / %', parent, child;
      END IF;
      PERFORM pg_advisory_xact_lock(hashtextextended('${schema}.' || parent, 7));
      IF ${isThere} THEN
        RETURN false;
      END IF;
      SELECT relforcerowsecurity INTO STRICT secured FROM pg_class WHERE oid = to_regclass('${schema}.' || parent);
      SELECT storage_parameters INTO parameters FROM ${schema}.partition_setting s WHERE s.parent = attach_partition.parent;
      EXECUTE format('CREATE TABLE ${schema}.%I (LIKE ${schema}.%I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE)', child, parent);
      IF parameters IS NOT NULL THEN
        EXECUTE format('ALTER TABLE ${schema}.%I SET (%s)', child, parameters);
      END IF;
      IF secured THEN
        EXECUTE format('ALTER TABLE ${schema}.%I ENABLE ROW LEVEL SECURITY', child);
        EXECUTE format('ALTER TABLE ${schema}.%I FORCE ROW LEVEL SECURITY', child);
        EXECUTE format('CREATE POLICY tenant ON ${schema}.%I USING (client_id = (SELECT nullif(current_setting(''laurel.client_id'', true), '''')::uuid))', child);
      END IF;
      EXECUTE format('ALTER TABLE ${schema}.%I ATTACH PARTITION ${schema}.%I %s', parent, child, bounds);
      RETURN true;
    END $body$;`;
}
