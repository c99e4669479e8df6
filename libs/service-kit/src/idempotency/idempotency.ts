import { createHash } from 'node:crypto';
import { LaurelError } from '#libs/contracts';
import { lockLanes } from '#libs/messaging';
import { Database, prepared, sql, trustedSql, type TenantTransaction } from '#libs/persistence';
import { Answer } from '../requests/answer.ts';
import { requireKey, type IdempotentCall } from './idempotent-call.ts';

interface StoredAnswer {
  readonly fingerprint: string;
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string | null;
}

/** Gives a repeated request the answer of the first. */
export class Idempotency {
  readonly #database: Database;
  readonly #schema: string;

  constructor(database: Database, schema: string) {
    this.#database = database;
    this.#schema = schema;
  }

  /**
   * Runs `work` in a transaction of the call's client (of nobody for an operator's call, where `work` enters the tenant
   * itself), with the lanes of `keysToLock` held, and stores its answer in that same transaction: effect and answer are
   * there together or not at all. Only 2xx answers are stored; what `work` throws rolls everything back, and the same
   * key may try again.
   * @param keysToLock keys (`keyOf`) of all events that `work` will append
   * @throws LaurelError idempotency.in_flight while the first request is still at work, idempotency.key_reused for the
   *   same key with another route or body
   */
  async run(
    call: IdempotentCall,
    keysToLock: readonly string[],
    work: (tx: TenantTransaction) => Promise<Answer>,
  ): Promise<Answer> {
    const key = requireKey(call.key);
    const subject = call.subject ?? '';
    const fingerprint = fingerprintOf(call.route, call.body);
    return this.#database.inTenant(call.clientId, async (tx) => {
      await this.#claim(tx, subject, key);
      const stored = await this.#find(tx, subject, key);
      if (stored !== undefined) return replay(stored, fingerprint);
      await lockLanes(tx, keysToLock);
      const made = await work(tx);
      if (made.status >= 200 && made.status <= 299) {
        if (tx.clientId !== call.clientId) await tx.enterTenant(call.clientId);
        await this.#store(tx, { clientId: call.clientId, subject, key, fingerprint }, made);
      }
      return made;
    });
  }

  /** The lock takes no xid, so the lanes may still be locked after it. It is held until the answer is committed. */
  async #claim(tx: TenantTransaction, subject: string, key: string): Promise<void> {
    const name = JSON.stringify([this.#schema, tx.clientId, subject, key]);
    const { claimed } = await tx.one<{ claimed: boolean }>(
      prepared('idempotency-claim', sql`SELECT pg_try_advisory_xact_lock(hashtextextended(${name}, 11)) AS claimed`),
    );
    if (claimed) return;
    throw new LaurelError('idempotency.in_flight', 'a request with this Idempotency-Key is still being handled', {
      headers: { 'Retry-After': '1' },
    });
  }

  /** A statement of its own after the lock: its snapshot sees what the lock's last holder committed. */
  #find(tx: TenantTransaction, subject: string, key: string): Promise<StoredAnswer | undefined> {
    return tx.maybeOne<StoredAnswer>(
      prepared(
        'idempotency-answer',
        sql`
          SELECT fingerprint, status, headers, body FROM ${trustedSql(this.#schema)}.idempotency_answer
          WHERE client_id = ${tx.clientId} AND subject = ${subject} AND idempotency_key = ${key}`,
      ),
    );
  }

  async #store(
    tx: TenantTransaction,
    row: { clientId: string; subject: string; key: string; fingerprint: string },
    made: Answer,
  ): Promise<void> {
    const body = made.body === undefined ? null : JSON.stringify(made.body);
    await tx.execute(
      prepared(
        'idempotency-store',
        sql`
          INSERT INTO ${trustedSql(this.#schema)}.idempotency_answer
            (client_id, subject, idempotency_key, fingerprint, status, headers, body)
          VALUES (${row.clientId}, ${row.subject}, ${row.key}, ${row.fingerprint}, ${made.status},
                  ${JSON.stringify(made.headers)}::jsonb, ${body})`,
      ),
    );
  }
}

function replay(stored: StoredAnswer, fingerprint: string): Answer {
  if (stored.fingerprint !== fingerprint) {
    throw new LaurelError('idempotency.key_reused', 'this Idempotency-Key was used for another request');
  }
  const body: unknown = stored.body === null ? undefined : JSON.parse(stored.body);
  return new Answer(stored.status, body, stored.headers);
}

/** SHA-256 over route and body; the order of a body's members does not matter. */
export function fingerprintOf(route: string, body: unknown): string {
  return createHash('sha256')
    .update(`${route}\n`)
    .update(JSON.stringify(sorted(body)) ?? '')
    .digest('hex');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, member]) => [name, sorted(member)]));
}
