import type { DataOf, EventDefinition } from '#libs/contracts';
import { sql, trustedSql, type Statement } from '#libs/persistence';

/** Events that a statement makes out of rows of its own, one a row. All are SQL expressions over `rows`. */
export interface SelectedEvents<E extends EventDefinition = EventDefinition> {
  readonly definition: E;
  /** What stands behind FROM. */
  readonly rows: Statement;
  /** The aggregate, which is also the subject where none is given: a uuid. */
  readonly aggregateId: Statement;
  readonly subject?: Statement;
  readonly aggregateVersion: Statement;
  /** The JSON of the event's data, as `jsonOf` writes it. */
  readonly data: Statement;
}

/** `selectedEvents(Definition, {...})`: the compiler holds the names in `data` against the definition's. */
export function selectedEvents<E extends EventDefinition>(
  definition: E,
  events: Omit<SelectedEvents, 'definition' | 'data'> & { readonly data: Record<keyof DataOf<E> & string, Statement> },
): SelectedEvents {
  return { ...events, definition, data: jsonOf(events.data) };
}

/** A JSON object out of SQL expressions, each written by `inQuotes` or `asNumber` or another `jsonOf`. NULL makes it NULL. */
export function jsonOf(members: Readonly<Record<string, Statement>>): Statement {
  const written = Object.entries(members).reduce(
    (before, [name, value], index) =>
      sql`${before} || ${trustedSql(`'${index === 0 ? '' : ','}"${name}":'`)} || ${value}`,
    trustedSql(`'{'`),
  );
  return sql`(${written} || '}')`;
}

/** For what never needs an escape: ids, dates, integers, words of a closed list. */
export function inQuotes(expression: Statement): Statement {
  return sql`'"' || (${expression})::text || '"'`;
}

export function asNumber(expression: Statement): Statement {
  return sql`(${expression})::text`;
}
