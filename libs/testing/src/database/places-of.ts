import { sql, trustedSql, type Transaction } from '#libs/persistence';
import type { TestDatabase } from './test-database.ts';

interface Column {
  readonly schema: string;
  readonly name: string;
  readonly column: string;
}

/**
 * Where a text stands in a database, whatever the case: `<schema>.<table>.<column>` of every column of every table of
 * every service in which some row has it, also inside bytes, JSON and arrays. In no particular order.
 */
export function placesOf(database: TestDatabase, text: string): Promise<string[]> {
  return database.asAdmin(async (tx) => {
    const columns = await tx.many<Column>(sql`
      SELECT n.nspname AS schema, c.relname AS name, a.attname AS column
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')`);
    const found: string[] = [];
    for (const each of columns) if (await has(each, text, tx)) found.push(`${each.schema}.${each.name}.${each.column}`);
    return found;
  });
}

async function has({ schema, name, column }: Column, text: string, tx: Transaction): Promise<boolean> {
  const value = trustedSql(`"${column}"`);
  const { found } = await tx.one<{ found: boolean }>(sql`
    SELECT EXISTS (
      SELECT FROM ${trustedSql(`"${schema}"."${name}"`)}
      WHERE position(lower(${text}::text) IN lower(${value}::text)) > 0
         OR position(encode(convert_to(${text}::text, 'UTF8'), 'hex') IN ${value}::text) > 0) AS found`);
  return found;
}
