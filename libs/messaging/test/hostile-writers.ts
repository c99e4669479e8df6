import { TierChangedV1, type NewEvent } from '#libs/contracts';
import { keyOf, lockLanes, type Outbox } from '#libs/messaging';
import { sql, type Database, type Transaction } from '#libs/persistence';
import { tierChanged } from '#libs/testing';

export interface HostileWriting {
  readonly outbox: Outbox;
  readonly clientId: string;
  readonly aggregates: readonly string[];
  readonly events: number;
  readonly writers: number;
  readonly random: () => number;
}

class Rollback extends Error {}

/**
 * Writers that make it as hard as they can for a relay: they begin early, take their keys' locks late, commit slowly and
 * out of order, roll back one time in twenty, and leave gaps in every sequence. @returns how many events were committed
 */
export async function writeHostile(database: Database, what: HostileWriting): Promise<number> {
  let written = 0;
  const writer = async (): Promise<void> => {
    while (written < what.events) {
      const keys = pick(what, 1 + Math.floor(what.random() * 3));
      const perKey = 5 + Math.floor(what.random() * 35);
      written += keys.length * perKey;
      try {
        await database.inTransaction((tx) => writeOnce(tx, what, keys, perKey));
      } catch (error) {
        if (!(error instanceof Rollback)) throw error;
        written -= keys.length * perKey;
      }
    }
  };
  await Promise.all(Array.from({ length: what.writers }, writer));
  return written;
}

async function writeOnce(tx: Transaction, what: HostileWriting, keys: string[], perKey: number): Promise<void> {
  const { outbox } = what;
  await sleep(tx, what.random() < 0.2 ? what.random() * 8 : 0);
  await lockLanes(
    tx,
    keys.map((aggregateId) => keyOf(what.clientId, aggregateId)),
  );
  const versions = await tx.many<{ aggregate_id: string; version: string }>(sql`
    INSERT INTO redemption.key_version AS k (aggregate_id, version) SELECT unnest(${keys}::text[]), ${perKey}
    ON CONFLICT (aggregate_id) DO UPDATE SET version = k.version + ${perKey} RETURNING aggregate_id, version`);
  await outbox.append(
    tx,
    versions.flatMap((row) => eventsOf(what.clientId, row.aggregate_id, Number(row.version), perKey)),
  );
  await sleep(tx, what.random() < 0.3 ? what.random() * 15 : 0);
  if (what.random() < 0.05) throw new Rollback();
}

function eventsOf(clientId: string, creatorId: string, last: number, count: number): NewEvent<typeof TierChangedV1>[] {
  return Array.from({ length: count }, (_, index) =>
    tierChanged({ clientId, creatorId, tierVersion: last - count + 1 + index }),
  );
}

/** In the database, so that the transaction is open meanwhile. */
async function sleep(tx: Transaction, ms: number): Promise<void> {
  if (ms > 0) await tx.execute(sql`SELECT pg_sleep(${ms / 1000})`);
}

function pick({ aggregates, random }: HostileWriting, count: number): string[] {
  const picked = new Set<string>();
  while (picked.size < count) picked.add(aggregates[Math.floor(random() * aggregates.length)] ?? '');
  return [...picked];
}

/** A seeded source of numbers in [0, 1): mulberry32. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
