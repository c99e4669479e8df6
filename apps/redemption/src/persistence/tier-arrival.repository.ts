import { EntitlementsChangedV1 } from '#libs/contracts';
import type { CreatorId } from '#libs/kernel';
import { asNumber, keyOf, Outbox, partitionOf, selectedEvents, type SelectedEvents } from '#libs/messaging';
import { sql, type Statement, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { TierArrival } from '../domain/entitlement/tier-rounds.ts';
import { alignment } from './alignment.ts';

@Injectable()
export class TierArrivalRepository {
  readonly #outbox: Outbox;

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  /**
   * Moves creators to the tier they arrive in, aligns their redemptions, and appends an event for each, in one
   * statement: no row of it comes to this process. Their rows of `creator_tier` are there and locked.
   */
  async apply(arrivals: readonly TierArrival<CreatorId>[], tx: TenantTransaction): Promise<void> {
    const lanes = arrivals.map(({ creatorId }) => partitionOf(keyOf(tx.clientId, creatorId)));
    const arrived = sql`
      SELECT arrival.*, t.erased FROM unnest(${arrivals.map((one) => one.creatorId)}::uuid[], ${arrivals.map((one) => one.tier)}::smallint[],
                           ${arrivals.map((one) => one.tierVersion)}::bigint[],
                           ${lanes}::int[])
                    AS arrival (creator_id, tier, tier_version, lane)
      CROSS JOIN LATERAL (
        SELECT erased FROM redemption.creator_tier t
        WHERE t.client_id = ${tx.clientId} AND t.creator_id = arrival.creator_id LIMIT 1) AS t`;
    const lane = { lanes: new Set(lanes), expression: sql`lane` };
    await tx.execute(sql`
      WITH ${alignment(arrived, undefined, tx)},
      moved AS (
        UPDATE redemption.creator_tier t SET tier = member.tier, tier_version = member.tier_version
        FROM member WHERE t.client_id = ${tx.clientId} AND t.creator_id = member.creator_id),
      effect AS (
        SELECT creator_id, effect, '"' || id || '"' AS id FROM changed
        UNION ALL SELECT creator_id, 'created', '"' || id || '"' FROM created),
      told AS (
        SELECT member.creator_id, member.tier, member.tier_version, member.lane,
               string_agg(id, ',') FILTER (WHERE effect = 'created') AS created,
               string_agg(id, ',') FILTER (WHERE effect = 'broughtBack') AS brought_back,
               string_agg(id, ',') FILTER (WHERE effect = 'hidden') AS hidden
        FROM member LEFT JOIN effect USING (creator_id)
        GROUP BY member.creator_id, member.tier, member.tier_version, member.lane)
      ${this.#outbox.insertion(tx, lane, [entitlementsChanged()])}`);
  }
}

function entitlementsChanged(): SelectedEvents {
  return selectedEvents(EntitlementsChangedV1, {
    rows: sql`told`,
    aggregateId: sql`creator_id`,
    aggregateVersion: sql`tier_version`,
    data: {
      tier: asNumber(sql`tier`),
      tierVersion: asNumber(sql`tier_version`),
      created: listOf(sql`created`),
      broughtBack: listOf(sql`brought_back`),
      hidden: listOf(sql`hidden`),
    },
  });
}

function listOf(ids: Statement): Statement {
  return sql`'[' || coalesce(${ids}, '') || ']'`;
}
