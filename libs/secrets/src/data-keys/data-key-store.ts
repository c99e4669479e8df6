import type { ClientId, CreatorId } from '#libs/kernel';
import { sql, trustedSql, type Statement, type TenantTransaction, type Transaction } from '#libs/persistence';
import type { WrappedKey } from '../keys/key-provider.ts';

export interface StoredKey {
  readonly creatorId: CreatorId;
  /** undefined once it is destroyed. */
  readonly wrapped: WrappedKey | undefined;
}

export interface LiveKey extends StoredKey {
  readonly wrapped: WrappedKey;
}

/** The rows of a service's `data_key`. */
export class DataKeyStore {
  readonly schema: string;
  readonly #table: Statement;

  constructor(schema: string) {
    this.schema = schema;
    this.#table = trustedSql(`${schema}.data_key`);
  }

  find(creatorIds: readonly CreatorId[], tx: TenantTransaction): Promise<StoredKey[]> {
    return this.#find(creatorIds, sql``, tx);
  }

  /** Nobody destroys or rewraps them before this transaction ends. */
  findAndHold(creatorIds: readonly CreatorId[], tx: TenantTransaction): Promise<StoredKey[]> {
    return this.#find(creatorIds, sql`ORDER BY creator_id FOR SHARE`, tx);
  }

  /** Leaves alone those that somebody else has made meanwhile. */
  async insert(keys: readonly LiveKey[], tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`
      INSERT INTO ${this.#table} (client_id, creator_id, master_key_id, wrapped)
      SELECT ${tx.clientId}, creator_id, master_key_id, decode(wrapped, 'hex') FROM ${unfolded(keys)}
      ORDER BY creator_id ON CONFLICT (client_id, creator_id) DO NOTHING`);
  }

  /** The next keys in the order of creators that are wrapped by another master key, held until the transaction ends. */
  async holdOthersThan(
    masterKeyId: string,
    window: { readonly after: string; readonly fetch: number },
    tx: TenantTransaction,
  ): Promise<LiveKey[]> {
    const rows = await tx.many<Row>(sql`
      SELECT creator_id, master_key_id, wrapped FROM ${this.#table}
      WHERE client_id = ${tx.clientId} AND creator_id > ${window.after} AND master_key_id <> ${masterKeyId}
      ORDER BY creator_id LIMIT ${window.fetch} FOR NO KEY UPDATE`);
    return rows.map(toKey).filter((key): key is LiveKey => key.wrapped !== undefined);
  }

  async rewrap(keys: readonly LiveKey[], tx: TenantTransaction): Promise<number> {
    return tx.execute(sql`
      UPDATE ${this.#table} AS stored
      SET master_key_id = fresh.master_key_id, wrapped = decode(fresh.wrapped, 'hex'), rewrapped_at = now()
      FROM ${unfolded(keys)} WHERE stored.client_id = ${tx.clientId} AND stored.creator_id = fresh.creator_id`);
  }

  /** @returns how many there were left to destroy */
  async destroy(creatorIds: readonly CreatorId[], tx: TenantTransaction): Promise<number> {
    return tx.execute(sql`
      INSERT INTO ${this.#table} AS stored (client_id, creator_id, destroyed_at)
      SELECT ${tx.clientId}, creator_id, now() FROM unnest(${creatorIds}::uuid[]) AS creator_id ORDER BY creator_id
      ON CONFLICT (client_id, creator_id) DO UPDATE SET master_key_id = NULL, wrapped = NULL, destroyed_at = now()
      WHERE stored.destroyed_at IS NULL`);
  }

  async countByMasterKey(tx: TenantTransaction): Promise<{ masterKeyId: string; count: number }[]> {
    return tx.many<{ masterKeyId: string; count: number }>(sql`
      SELECT master_key_id AS "masterKeyId", count(*)::int AS count FROM ${this.#table}
      WHERE client_id = ${tx.clientId} AND master_key_id IS NOT NULL GROUP BY 1`);
  }

  /** From that client on, in order. */
  async clientsFrom(clientId: string, tx: Transaction): Promise<ClientId[]> {
    const rows = await tx.many<{ client_id: ClientId }>(sql`
      SELECT client_id FROM ${trustedSql(this.schema)}.tenant WHERE client_id >= ${clientId} ORDER BY client_id`);
    return rows.map((row) => row.client_id);
  }

  async #find(creatorIds: readonly CreatorId[], rest: Statement, tx: TenantTransaction): Promise<StoredKey[]> {
    const rows = await tx.many<Row>(sql`
      SELECT creator_id, master_key_id, wrapped FROM ${this.#table}
      WHERE client_id = ${tx.clientId} AND creator_id = ANY(${creatorIds}::uuid[]) ${rest}`);
    return rows.map(toKey);
  }
}

interface Row {
  creator_id: CreatorId;
  master_key_id: string | null;
  wrapped: Buffer | null;
}

function toKey({ creator_id: creatorId, master_key_id: masterKeyId, wrapped }: Row): StoredKey {
  const alive = masterKeyId !== null && wrapped !== null;
  return { creatorId, wrapped: alive ? { masterKeyId, bytes: wrapped } : undefined };
}

/** Bytes as text: a set of texts is sent many times faster than a set of bytes. */
function unfolded(keys: readonly LiveKey[]): Statement {
  return sql`unnest(${keys.map((key) => key.creatorId)}::uuid[], ${keys.map((key) => key.wrapped.masterKeyId)}::text[],
    ${keys.map((key) => key.wrapped.bytes.toString('hex'))}::text[]) AS fresh (creator_id, master_key_id, wrapped)`;
}
