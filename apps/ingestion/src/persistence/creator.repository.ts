import type { CalendarDate, CreatorId } from '#libs/kernel';
import { sql, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';

export interface Creator {
  readonly id: CreatorId;
  readonly handle: string;
  readonly tier: number;
  readonly onboardedOn: CalendarDate;
  readonly firstVideoOn: CalendarDate;
}

export interface TierCopy {
  readonly creatorId: string;
  readonly tier: number;
  readonly tierVersion: number;
}

const SHOWN = sql`creator_id AS id, handle, tier, onboarded_on::text AS "onboardedOn", first_video_on::text AS "firstVideoOn"`;

@Injectable()
export class CreatorRepository {
  async find(creatorId: string, tx: TenantTransaction): Promise<Creator | undefined> {
    return tx.maybeOne<Creator>(sql`
      SELECT ${SHOWN} FROM ingestion.creator WHERE client_id = ${tx.clientId} AND creator_id = ${creatorId}`);
  }

  /** Those of the ids that are creators of the client, by handle. */
  async findAll(creatorIds: readonly string[], tx: TenantTransaction): Promise<Creator[]> {
    return tx.many<Creator>(sql`
      SELECT ${SHOWN} FROM ingestion.creator
      WHERE client_id = ${tx.clientId} AND creator_id = ANY (${creatorIds}::uuid[]) ORDER BY handle`);
  }

  /** By handle. */
  async list(
    filter: { handle: string | undefined; tier: number | undefined; after: string | undefined; fetch: number },
    tx: TenantTransaction,
  ): Promise<Creator[]> {
    const handle = filter.handle === undefined ? sql`` : sql`AND handle = ${filter.handle}`;
    const tier = filter.tier === undefined ? sql`` : sql`AND tier = ${filter.tier}`;
    const after = filter.after === undefined ? sql`` : sql`AND handle > ${filter.after}`;
    return tx.many<Creator>(sql`
      SELECT ${SHOWN} FROM ingestion.creator
      WHERE client_id = ${tx.clientId} ${handle} ${tier} ${after}
      ORDER BY handle LIMIT ${filter.fetch}`);
  }

  async count(tx: TenantTransaction): Promise<number> {
    const { creators } = await tx.one<{ creators: string }>(sql`
      SELECT count(*) AS creators FROM ingestion.creator WHERE client_id = ${tx.clientId}`);
    return Number(creators);
  }

  /** A stale version changes nothing. The rows are locked in key order, as booking does, which may be at them now. */
  async copyTiers(tiers: readonly TierCopy[], tx: TenantTransaction): Promise<void> {
    const creatorIds = tiers.map((copy) => copy.creatorId);
    await tx.execute(sql`
      WITH locked AS MATERIALIZED (
        SELECT creator_id FROM ingestion.creator
        WHERE client_id = ${tx.clientId} AND creator_id = ANY (${creatorIds}::uuid[])
        ORDER BY creator_id FOR NO KEY UPDATE
      )
      UPDATE ingestion.creator c
      SET tier = copied.tier, tier_version = copied.tier_version
      FROM locked, unnest(${creatorIds}::uuid[], ${tiers.map((copy) => copy.tier)}::smallint[],
                          ${tiers.map((copy) => copy.tierVersion)}::bigint[]) AS copied (creator_id, tier, tier_version)
      WHERE c.client_id = ${tx.clientId} AND c.creator_id = locked.creator_id
        AND copied.creator_id = locked.creator_id AND c.tier_version < copied.tier_version`);
  }
}
