/** A node of `EXPLAIN (ANALYZE, VERBOSE, FORMAT JSON)`, as far as anybody here reads it. */
export interface PlanNode {
  readonly 'Node Type': string;
  readonly Schema?: string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Loops': number;
  readonly 'Actual Rows': number;
  readonly Plans?: readonly PlanNode[];
}

/** One reading of a table or of a partition. */
export interface TableRead {
  /** `schema.table`; of a partition its own name. */
  readonly table: string;
  /** `Seq Scan`, `Index Scan`, ... */
  readonly how: string;
  readonly index: string | undefined;
  /** How often it was read; never 0. */
  readonly loops: number;
  /** Rows that came out of it, each time. */
  readonly rows: number;
}

/** What a plan has read: leaves that were executed at least once. Where rows are written is no reading. */
export function readsOf(plan: PlanNode): TableRead[] {
  const below = (plan.Plans ?? []).flatMap(readsOf);
  const { 'Node Type': how, 'Actual Loops': loops, 'Relation Name': relation } = plan;
  if (relation === undefined || how === 'ModifyTable' || loops === 0) return below;
  const table = `${plan.Schema ?? ''}.${relation}`;
  return [{ table, how, index: plan['Index Name'], loops, rows: plan['Actual Rows'] }, ...below];
}

/** The partitions of a table (`schema.table`) that any of the statements has read, by name, each once. */
export function partitionsRead(
  statements: readonly { readonly reads: readonly TableRead[] }[],
  parent: string,
): string[] {
  const tables = statements.flatMap(({ reads }) => reads.map(({ table }) => table));
  return [...new Set(tables.filter((table) => table.startsWith(`${parent}_`)))].sort();
}
