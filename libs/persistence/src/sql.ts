/** A statement with its parameters: what the `sql` tag makes and a transaction runs. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
  /** Set by `prepared`. */
  readonly name?: string;
}

const FRAGMENT = Symbol('sql fragment');

interface Fragment extends Statement {
  readonly [FRAGMENT]: { readonly strings: readonly string[]; readonly values: readonly unknown[] };
}

/**
 * Builds a statement whose interpolations become parameters, so that no value is ever spliced into SQL. Another
 * `sql` statement may stand inside; its text is inlined and its parameters are numbered on.
 *
 *     sql`SELECT tier FROM tier_evaluation.standing WHERE client_id = ${clientId}`
 *
 * Pass sets as arrays and unfold them with `unnest(${ids}::uuid[])`. A bigint is sent as text; Postgres reads it back.
 */
export function sql(strings: TemplateStringsArray, ...values: unknown[]): Statement {
  const flatStrings: string[] = [strings[0] ?? ''];
  const flatValues: unknown[] = [];
  values.forEach((value, index) => {
    const after = strings[index + 1] ?? '';
    if (isFragment(value)) {
      const inner = value[FRAGMENT];
      flatStrings[flatStrings.length - 1] += inner.strings[0] ?? '';
      flatStrings.push(...inner.strings.slice(1));
      flatStrings[flatStrings.length - 1] += after;
      flatValues.push(...inner.values);
    } else {
      flatStrings.push(after);
      flatValues.push(value);
    }
  });
  return fragment(flatStrings, flatValues);
}

/**
 * A statement that every connection prepares once, under a name of its own in the service: for the small statements of a
 * request, which cost more to read and to plan than to run. Of a partitioned table, by its partition key alone: a plan that
 * is kept locks every partition, so Postgres keeps one only where there are few, and otherwise plans for the one that is
 * meant.
 */
export function prepared(name: string, statement: Statement): Statement {
  return { text: statement.text, values: statement.values, name };
}

/** SQL that is part of the program, such as the name of a schema. Never text that came from outside. */
export function trustedSql(text: string): Statement {
  return fragment([text], []);
}

function fragment(strings: readonly string[], values: readonly unknown[]): Fragment {
  const text = strings.reduce((joined, part, index) => (index === 0 ? part : `${joined}$${index}${part}`), '');
  return { text, values, [FRAGMENT]: { strings, values } };
}

function isFragment(value: unknown): value is Fragment {
  return typeof value === 'object' && value !== null && FRAGMENT in value;
}
