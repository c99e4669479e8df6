import type { FieldTable } from './fields.ts';

/** Which variables of the tables an `.env.example` (or any text of `NAME=value` lines) leaves out, and which are unknown. */
export function compareEnvExample(
  example: string,
  tables: readonly FieldTable[],
): { readonly missing: readonly string[]; readonly unknown: readonly string[] } {
  const listed = new Set([...example.matchAll(/^#?\s?([A-Z][A-Z0-9_]*)=/gm)].map((match) => match[1] ?? ''));
  const wanted = new Set(variablesOf(tables));
  return {
    missing: [...wanted].filter((name) => !listed.has(name)).sort(),
    unknown: [...listed].filter((name) => !wanted.has(name)).sort(),
  };
}

/** The names of all variables of the tables, without repetition, sorted. */
export function variablesOf(tables: readonly FieldTable[]): readonly string[] {
  return [...new Set(tables.flatMap((table) => Object.values(table).map((field) => field.variable)))].sort();
}
