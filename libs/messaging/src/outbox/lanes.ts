import type { ClientId } from '#libs/kernel';
import { sql, trustedSql, type Database, type Transaction } from '#libs/persistence';
import { partitionOf } from './partitioner.ts';

/** Advisory locks are the database's, which services share: the first half tells the service, the second the lane. */
const LANE_LOCK = 0x1a000;

const heldLanes = new WeakMap<Transaction, Set<number>>();
const heldKeys = new WeakMap<Transaction, Set<string>>();

/** The Kafka key, and the lane, of everything about one aggregate of one client. */
export function keyOf(clientId: string, aggregateId: string): string {
  return `${clientId}:${aggregateId}`;
}

/**
 * Takes the locks of the keys' lanes, in lane order, before the transaction's first write: an xid is given at the first
 * write, so the order of xids within a lane is the order of these locks, and the relay, which reads in the order of
 * xids, can not invert two events of a key. One lock serves all keys of a lane; a lock a key would exhaust Postgres's
 * lock table.
 * @throws Error when the transaction has written already: its xid might be older than that of a lock's last holder.
 */
export async function lockLanes(tx: Transaction, keys: Iterable<string>): Promise<void> {
  const wanted = new Set<number>();
  for (const key of keys) wanted.add(partitionOf(key));
  await lockLaneNumbers(tx, wanted);
}

/** `lockLanes` for lanes that are known by number, as a consumer of a partition knows its own. */
export async function lockLaneNumbers(tx: Transaction, lanes: Iterable<number>): Promise<void> {
  const held = heldLanes.get(tx) ?? new Set<number>();
  const missing = [...new Set(lanes)].filter((lane) => !held.has(lane)).sort((a, b) => a - b);
  if (missing.length === 0) return;
  const locked = await tx.many<{ xid: string | null }>(sql`
    SELECT pg_current_xact_id_if_assigned()::text AS xid,
           pg_advisory_xact_lock(hashtext(current_user::text), ${LANE_LOCK} + lane)
    FROM unnest(${missing}::int[]) AS lane`);
  if (locked[0]?.xid !== null) throw new Error('lanes are locked before the first write of a transaction');
  for (const lane of missing) held.add(lane);
  heldLanes.set(tx, held);
}

/**
 * The lock of one key instead of its lane's, for a writer that writes for so long that nobody else of the lane should wait
 * for it. Whoever writes that key must take this lock and no other; its events keep their order as those of a lane do.
 * @throws Error when the transaction has written already
 */
export async function lockKey(tx: Transaction, key: string): Promise<void> {
  const { xid } = await tx.one<{ xid: string | null }>(sql`
    SELECT pg_current_xact_id_if_assigned()::text AS xid,
           pg_advisory_xact_lock(hashtextextended(current_user::text || ' ' || ${key}, ${LANE_LOCK}))`);
  if (xid !== null) throw new Error('keys are locked before the first write of a transaction');
  heldKeys.set(tx, new Set(heldKeys.get(tx)).add(key));
}

/**
 * Lets one process at a time do something to one consumer in one partition: bring it a batch, park, release or discard
 * one of its keys. A lock of its own, so that a consumer that appends nothing never waits for the service's writers, nor
 * they for it; one that appends takes the writers' lane behind it.
 */
export async function lockConsumerLane(
  tx: Transaction,
  consumer: { readonly name: string; readonly appends: boolean },
  lane: number,
): Promise<void> {
  await tx.execute(sql`
    SELECT pg_advisory_xact_lock(hashtext(current_user::text || ':' || ${consumer.name}), ${LANE_LOCK + lane}::int)`);
  if (consumer.appends) await lockLaneNumbers(tx, [lane]);
}

/**
 * A transaction of one consumer in one partition, with the locks of `lockConsumerLane`, which travel with BEGIN.
 * @param clientId the only client whose events are brought, if there is only one: its tenant is set from the start
 */
export async function inConsumerLane<T>(
  database: Database,
  lane: { readonly consumer: { readonly name: string; readonly appends: boolean }; readonly partition: number },
  clientId: ClientId | undefined,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  const { consumer, partition } = lane;
  if (!/^[\w.-]+$/.test(consumer.name)) throw new Error(`${consumer.name} is not the name of a consumer`);
  const lock = `${LANE_LOCK + Math.trunc(partition)}`;
  const own = `SELECT pg_advisory_xact_lock(hashtext(current_user::text || ':${consumer.name}'), ${lock})`;
  const writers = `SELECT pg_advisory_xact_lock(hashtext(current_user::text), ${lock})`;
  const options = { plans: 'generic', opening: trustedSql(consumer.appends ? `${own}; ${writers}` : own) } as const;
  const hold = (tx: Transaction): Promise<T> => {
    if (consumer.appends) heldLanes.set(tx, new Set([partition]));
    return work(tx);
  };
  return clientId === undefined ? database.inTransaction(hold, options) : database.inTenant(clientId, hold, options);
}

export function holdsLane(tx: Transaction, lane: number): boolean {
  return heldLanes.get(tx)?.has(lane) ?? false;
}

export function holdsKey(tx: Transaction, key: string): boolean {
  return heldKeys.get(tx)?.has(key) ?? false;
}
