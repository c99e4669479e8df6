import { sql } from '#libs/persistence';
import type { CreatorId } from '#libs/kernel';
import type { ClientWorld } from './redemption-world.ts';

/** Creators of a tier, made by one statement. @returns their ids in order */
export async function seedMembers(client: ClientWorld, count: number, tier = 2): Promise<CreatorId[]> {
  const rows = await client.inTenant((tx) =>
    tx.many<{ creator_id: CreatorId }>(sql`
      INSERT INTO redemption.creator_tier (client_id, creator_id, tier, tier_version)
      SELECT ${client.clientId}, gen_random_uuid(), ${tier}, 1 FROM generate_series(1, ${count}::int)
      RETURNING creator_id`),
  );
  return rows.map((row) => row.creator_id).sort();
}

interface ChunkEvent {
  readonly id: string;
  readonly subject: string;
  readonly aggregateversion: number;
  readonly type: string;
  readonly data: {
    readonly created: string[];
    readonly through: string;
    readonly digest: string;
    readonly slice: number;
  };
}

/** What the chunks of a client's jobs have told, in the order of their commits. */
export async function chunkEvents(client: ClientWorld): Promise<ChunkEvent[]> {
  const rows = await client.inTenant((tx) =>
    tx.many<{ value: string }>(sql`
      SELECT value FROM redemption.outbox WHERE topic = 'laurel.backfill' AND key LIKE ${`${client.clientId}:%`}
      ORDER BY xid, id`),
  );
  return rows
    .map(({ value }) => JSON.parse(value) as ChunkEvent)
    .filter(({ type }) => type === 'laurel.backfill.rows-changed.v1');
}
