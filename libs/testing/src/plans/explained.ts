import type { Database } from '#libs/persistence';
import type pg from 'pg';
import { readsOf, type PlanNode, type TableRead } from './read-plan.ts';

/** A statement as it ran: with its parameters, settings and rows, and with the plan that Postgres made of it there. */
export interface ExplainedStatement {
  readonly text: string;
  readonly plan: PlanNode;
  /** The tables and partitions that were read. One that was planned for and then passed over is not among them. */
  readonly reads: readonly TableRead[];
}

type Query = (text: unknown, values?: unknown[]) => Promise<pg.QueryResult>;
type Runner = ReturnType<Database['dataSource']['createQueryRunner']>;

const EXPLAINABLE = /^\s*(?:WITH|SELECT|INSERT|UPDATE|DELETE|MERGE|DECLARE)\b/i;
const EXPLAIN = 'EXPLAIN (ANALYZE, VERBOSE, TIMING OFF, SUMMARY OFF, BUFFERS OFF, FORMAT JSON)';

/**
 * Runs `work` and answers the plan of every statement that it ran through `database`, in order. The statements are those
 * of the program, not copies of them: each is explained behind a savepoint in its own transaction, rolled back, and only
 * then run. ANALYZE is what tells the partitions that were read from those that were passed over at run time.
 *
 *     const statements = await explained(world.app.get(Database), () => client.explain(creatorId));
 *     expect(partitionsRead(statements, 'tier_evaluation.day_entry')).toEqual(['tier_evaluation.day_entry_2026_01']);
 *
 * Work that goes on beside it through the same `database` is explained too, so nothing else should. COPY has no plan.
 */
export async function explained(database: Database, work: () => Promise<unknown>): Promise<ExplainedStatement[]> {
  const { dataSource } = database;
  const original = dataSource.createQueryRunner;
  const statements: ExplainedStatement[] = [];
  dataSource.createQueryRunner = (...mode) => watched(original.apply(dataSource, mode), statements);
  try {
    await work();
  } finally {
    dataSource.createQueryRunner = original;
  }
  return statements;
}

function watched(runner: Runner, statements: ExplainedStatement[]): Runner {
  const connect = runner.connect.bind(runner);
  let watching: Promise<pg.PoolClient> | undefined;
  runner.connect = () => {
    watching ??= (connect() as Promise<pg.PoolClient>).then((client) => explaining(client, statements));
    return watching;
  };
  return runner;
}

/** The connection, with a `query` that explains first. Outside a transaction a savepoint can not be set. */
function explaining(client: pg.PoolClient, statements: ExplainedStatement[]): pg.PoolClient {
  const run = client.query.bind(client) as unknown as Query;
  let inTransaction = false;
  const query: Query = async (text, values) => {
    if (typeof text !== 'string') return run(text, values);
    if (inTransaction && EXPLAINABLE.test(text)) statements.push(await explain(run, text, values));
    if (/^(?:COMMIT|ROLLBACK)$/.test(text)) inTransaction = false;
    const result = await run(text, values);
    if (text.startsWith('BEGIN')) inTransaction = true;
    return result;
  };
  return new Proxy(client, {
    get(target, name) {
      // A COPY is handed over as an object and comes back as the stream that it is.
      if (name === 'query') {
        return (text: unknown, values?: unknown[]) => {
          if (typeof text === 'string') return query(text, values);
          return isPrepared(text) ? query(text.text, text.values) : run(text);
        };
      }
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
}

/** Run by its text: a prepared statement that is explained may as well be planned anew. */
function isPrepared(text: unknown): text is { text: string; values: unknown[] } {
  return typeof (text as { text?: unknown }).text === 'string' && Array.isArray((text as { values?: unknown }).values);
}

async function explain(run: Query, text: string, values: unknown[] | undefined): Promise<ExplainedStatement> {
  await run('SAVEPOINT explained');
  const { rows } = await run(`${EXPLAIN} ${text}`, values);
  await run('ROLLBACK TO SAVEPOINT explained; RELEASE SAVEPOINT explained');
  const [{ Plan: plan }] = (rows[0] as { 'QUERY PLAN': [{ Plan: PlanNode }] })['QUERY PLAN'];
  return { text, plan, reads: readsOf(plan) };
}
