import { Logger } from '@nestjs/common';
import pg from 'pg';
import { describeError } from '../runner/faults.ts';

const RELAY_LOCK = 0x2a000;
const QUERY_TIMEOUT_MS = 15_000;
const logger = new Logger('Relay');

export interface OutboxPosition {
  /** xid8 as text. */
  readonly xid: string;
  readonly id: string;
}

export interface OutboxRow extends OutboxPosition {
  readonly topic: string;
  readonly partition: number;
  readonly key: string;
  readonly value: string;
}

/**
 * Leadership of one shard: a session advisory lock, which ends with the connection, and the epoch in the cursor's row,
 * which fences a leader that has lost its lock without noticing (a connection pooler, a paused process).
 */
export class ShardLeader {
  readonly #client: pg.Client;
  readonly #schema: string;
  readonly #shard: number;
  #epoch = '';
  position: OutboxPosition = { xid: '0', id: '0' };

  private constructor(client: pg.Client, schema: string, shard: number) {
    this.#client = client;
    this.#schema = schema;
    this.#shard = shard;
  }

  /** Connects and asks for the lock once. @returns undefined when another process leads the shard */
  static async campaign(url: string, schema: string, shard: number): Promise<ShardLeader | undefined> {
    const client = new pg.Client({
      connectionString: url,
      application_name: `laurel-${schema.replaceAll('_', '-')}-relay`,
      keepAlive: true,
      query_timeout: QUERY_TIMEOUT_MS,
      connectionTimeoutMillis: 5000,
    });
    // pg tells a connection lost between two statements by an event; the next statement fails and is handled there
    client.on('error', (error) => logger.debug(describeError(error)));
    const leader = new ShardLeader(client, schema, shard);
    try {
      await client.connect();
      if (await leader.#lock()) return leader;
    } catch (error) {
      await leader.resign();
      throw error;
    }
    await leader.resign();
    return undefined;
  }

  async #lock(): Promise<boolean> {
    // an unanalysed outbox makes the planner sort what the index already holds in order; that plan is the same for every
    // page, and making it costs several times what reading an empty one does
    await this.#client.query(
      'SET enable_sort = off; SET enable_bitmapscan = off; SET enable_seqscan = off; SET jit = off; ' +
        'SET plan_cache_mode = force_generic_plan',
    );
    const locked = await this.#client.query<{ locked: boolean }>(
      'SELECT pg_try_advisory_lock(hashtext(current_user::text), $1) AS locked',
      [RELAY_LOCK + this.#shard],
    );
    if (locked.rows[0]?.locked !== true) return false;
    const taken = await this.#client.query<{ epoch: string; xid_text: string; id: string }>(
      `UPDATE ${this.#schema}.relay_cursor SET epoch = epoch + 1 WHERE shard = $1
       RETURNING epoch, xid::text AS xid_text, id`,
      [this.#shard],
    );
    const row = taken.rows[0];
    if (row === undefined) throw new Error(`${this.#schema}.relay_cursor has no shard ${this.#shard}`);
    this.#epoch = row.epoch;
    this.position = { xid: row.xid_text, id: row.id };
    return true;
  }

  /**
   * The next rows in order, of transactions older than every open one: a row that commits late can then not appear
   * behind the cursor. `xid` is ordered by as xid8; as text, under an alias of the same name, 10 would come before 9.
   */
  async nextPage(limit: number): Promise<OutboxRow[]> {
    const page = await this.#client.query<Omit<OutboxRow, 'xid'> & { xid_text: string }>({
      // Prepared: to plan it takes longer than to find that there is nothing.
      name: 'next-page',
      text: `SELECT o.xid::text AS xid_text, o.id, o.topic, o.partition, o.key, o.value
       FROM ${this.#schema}.outbox o
       WHERE o.shard = $1 AND (o.xid, o.id) > ($2::xid8, $3::bigint) AND o.xid < pg_snapshot_xmin(pg_current_snapshot())
       ORDER BY o.xid, o.id LIMIT $4`,
      values: [this.#shard, this.position.xid, this.position.id, limit],
    });
    return page.rows.map(({ xid_text: xid, ...row }) => ({ ...row, xid }));
  }

  /** @returns false when another leader has taken over: what was sent since will be sent again by it, and no harm done */
  async moveTo(position: OutboxPosition, published: number): Promise<boolean> {
    const moved = await this.#client.query({
      name: 'move-to',
      text: `UPDATE ${this.#schema}.relay_cursor
       SET xid = $3::xid8, id = $4, published = published + $5, moved_at = now() WHERE shard = $1 AND epoch = $2`,
      values: [this.#shard, this.#epoch, position.xid, position.id, published],
    });
    if (moved.rowCount !== 1) return false;
    this.position = position;
    return true;
  }

  /** Ends the connection, and with it the lock. */
  async resign(): Promise<void> {
    await this.#client.end().catch((error: unknown) => logger.debug(describeError(error)));
  }
}
