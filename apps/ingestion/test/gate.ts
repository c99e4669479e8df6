import { eventually, type TestDatabase } from '#libs/testing';
import pg from 'pg';

/**
 * A place in the service's writing where it waits until a test lets it go on: a trigger that asks for a lock which the
 * test holds. So a process stands in the very step that the test wants to break, for as long as that takes.
 */
export class Gate {
  static #made = 0;
  readonly #session: pg.Client;
  readonly #number: number;

  private constructor(session: pg.Client, number: number) {
    this.#session = session;
    this.#number = number;
  }

  /**
   * @param table of the schema `ingestion`
   * @param when of the trigger: `BEFORE UPDATE`
   * @param condition on OLD and NEW
   */
  static async close(
    database: TestDatabase,
    at: { table: string; when: 'BEFORE INSERT' | 'BEFORE UPDATE'; condition: string },
  ): Promise<Gate> {
    const session = new pg.Client({ connectionString: database.adminUrl, application_name: 'laurel-test-gate' });
    await session.connect();
    Gate.#made += 1;
    const number = 770_000 + Gate.#made;
    await session.query(`SELECT pg_advisory_lock(${number})`);
    await session.query(`
      CREATE OR REPLACE FUNCTION ingestion.wait_at_gate() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM pg_advisory_xact_lock_shared(TG_ARGV[0]::bigint);
        RETURN NEW;
      END $$;
      CREATE TRIGGER gate_${number} ${at.when} ON ingestion.${at.table}
        FOR EACH ROW WHEN (${at.condition}) EXECUTE FUNCTION ingestion.wait_at_gate('${number}');`);
    return new Gate(session, number);
  }

  /** Resolves when somebody waits at the gate. */
  async reached(): Promise<void> {
    await eventually(async () => (await this.waiting()) > 0, {
      timeoutMs: 30_000,
      describe: 'somebody is at the gate',
    });
  }

  /** How many wait at the gate. */
  async waiting(): Promise<number> {
    const { rows } = await this.#session.query<{ waiting: string }>(
      `SELECT count(*) AS waiting FROM pg_locks WHERE locktype = 'advisory' AND objid = $1 AND NOT granted`,
      [this.#number],
    );
    return Number(rows[0]?.waiting);
  }

  /** Lets everybody through, from now on. */
  async open(): Promise<void> {
    await this.#session.end();
  }
}
