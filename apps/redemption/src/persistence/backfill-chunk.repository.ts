import { BackfillRowsChangedV1 } from '#libs/contracts';
import { asNumber, inQuotes, keyOf, Outbox, selectedEvents } from '#libs/messaging';
import { sql, type Statement, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { ONE_TIME_SCOPE } from '../domain/entitlement/right.ts';
import type { Reward } from '../domain/reward/reward.ts';
import type { HeldSlice } from './backfill-slice.repository.ts';

/** The next creators of a slice: behind its cursor, up to `through`. */
export interface Chunk {
  readonly slice: HeldSlice;
  readonly reward: Reward;
  readonly through: string;
  /** Nobody is left behind it. */
  readonly isLast: boolean;
}

const IDS_AN_EVENT = 1_000;

/**
 * The eager rule of domain/entitlement/open-redemption.ts for one reward and the creators of a key range, who are in its
 * tier: what `GrantRepository.align` does creator by creator is done here along the range, and no row of it comes to this
 * process. A property test holds the two and the rule against each other.
 */
@Injectable()
export class BackfillChunkRepository {
  readonly #outbox: Outbox;

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  /**
   * FOR SHARE waits for a tier change on its way and reads the row again: a creator who has just left is not met, one who
   * has just come is granted by that change itself, which sees what the reward is. A statement of its own, so that the
   * next one sees what those had done for whom it waited.
   */
  async lockMembers(of: Pick<Chunk, 'slice' | 'reward'>, limit: number, tx: TenantTransaction): Promise<Chunk> {
    const row = await tx.one<{ met: number; last: string | null }>(sql`
      WITH locked AS MATERIALIZED (
        SELECT c.creator_id FROM redemption.creator_tier c
        WHERE c.client_id = ${tx.clientId} AND c.creator_id > ${of.slice.cursor} AND c.creator_id <= ${of.slice.until}
          AND ${isMember(of.reward)}
        ORDER BY c.creator_id LIMIT ${limit} FOR SHARE OF c)
      SELECT count(*)::int AS met, (SELECT creator_id FROM locked ORDER BY creator_id DESC LIMIT 1) AS last FROM locked`);
    const isLast = row.met < limit || row.last === of.slice.until;
    return { ...of, isLast, through: isLast ? of.slice.until : (row.last ?? of.slice.until) };
  }

  /** Rows, cursor, counters and events in one statement. @returns creators met @throws when the slice has moved meanwhile */
  async align(chunk: Chunk, tx: TenantTransaction): Promise<number> {
    const { reward } = chunk;
    const range = rangeOf(chunk);
    const row = await tx.maybeOne<{ met: number }>(sql`
      WITH member AS MATERIALIZED (
        SELECT c.creator_id, c.tier_version FROM redemption.creator_tier c
        WHERE c.client_id = ${tx.clientId} AND ${range(sql`c.creator_id`)} AND ${isMember(reward)}
        ORDER BY c.creator_id),
      used AS MATERIALIZED (${usedRights(chunk, tx)}),
      held AS MATERIALIZED (
        SELECT d.id, d.creator_id, d.hidden_reason,
               CASE WHEN NOT ${reward.enabled}::boolean THEN 'reward_disabled'
                    WHEN d.creator_id IN (SELECT creator_id FROM used) THEN 'right_used_up' END AS cause
        FROM redemption.redemption d
        WHERE d.client_id = ${tx.clientId} AND d.reward_id = ${reward.id} AND ${range(sql`d.creator_id`)}
          AND d.status = 'claimable' AND (d.creator_id IN (SELECT creator_id FROM member)) IS TRUE),
      changed AS (
        UPDATE redemption.redemption d SET hidden_reason = held.cause FROM held
        WHERE d.client_id = ${tx.clientId} AND d.id = held.id AND held.cause IS DISTINCT FROM held.hidden_reason
        RETURNING d.id, CASE WHEN held.cause IS NULL THEN 'brought_back'
                             WHEN held.hidden_reason IS NULL THEN 'hidden' END AS effect),
      created AS (${createMissing(chunk, tx)}),
      effect AS MATERIALIZED (
        SELECT id, effect FROM changed WHERE effect IS NOT NULL UNION ALL SELECT id, 'created' FROM created),
      told AS MATERIALIZED (${eventsOf(sql`effect`)}),
      moved AS (${moveSlice(chunk, tx)}),
      appended AS (${this.#appendEvents(chunk, tx)})
      SELECT (SELECT count(*)::int FROM member) AS met FROM moved`);
    if (row === undefined) throw new Error(`slice ${chunk.slice.slice} is not where this worker left it`);
    return row.met;
  }

  #appendEvents(chunk: Chunk, tx: TenantTransaction): Statement {
    const { slice, reward } = chunk;
    const { backfillId, aggregateId } = slice;
    const events = selectedEvents(BackfillRowsChangedV1, {
      rows: sql`told, moved`,
      aggregateId: sql`${aggregateId}::text`,
      subject: sql`${`${backfillId}/${slice.slice}`}::text`,
      aggregateVersion: sql`${slice.eventVersion}::bigint + told.place + 1`,
      data: {
        backfillId: inQuotes(sql`${backfillId}::text`),
        rewardId: inQuotes(sql`${reward.id}::text`),
        slice: asNumber(sql`${slice.slice}::int`),
        created: sql`told.created`,
        broughtBack: sql`told.brought_back`,
        hidden: sql`told.hidden`,
        through: inQuotes(sql`${chunk.through}::text`),
        digest: inQuotes(sql`moved.digest`),
      },
    });
    return this.#outbox.insertion(tx, { key: keyOf(tx.clientId, aggregateId) }, [events]);
  }
}

function rangeOf({ slice, through }: Chunk): (creatorId: Statement) => Statement {
  return (creatorId) => sql`${creatorId} > ${slice.cursor}::uuid AND ${creatorId} <= ${through}::uuid`;
}

/** Nobody who is erased. Of a VIP reward everybody of its tier; of a mission reward whoever has an unclaimed row: nobody else ever gets one. */
function isMember(reward: Reward): Statement {
  return reward.source === 'vip_tier'
    ? sql`c.tier = ${reward.tier} AND NOT c.erased`
    : sql`NOT c.erased AND EXISTS (SELECT FROM redemption.redemption m
                  WHERE m.client_id = c.client_id AND m.reward_id = ${reward.id} AND m.creator_id = c.creator_id
                    AND m.status = 'claimable')`;
}

/**
 * Members who can never claim again under their tierVersion. IN ... IS TRUE, here and above, is looked up in a hash table
 * whatever Postgres believes of a fresh partition; a join would be quadratic where it believes that there is nothing.
 */
function usedRights(chunk: Chunk, tx: TenantTransaction): Statement {
  const { reward } = chunk;
  if (!reward.enabled || reward.source === 'mission' || reward.frequency !== 'one_time') {
    return sql`SELECT NULL::uuid AS creator_id WHERE false`;
  }
  const counted =
    ONE_TIME_SCOPE[reward.type] === 'ever'
      ? sql`(k.creator_id IN (SELECT creator_id FROM member)) IS TRUE`
      : sql`((k.creator_id, k.tier_version) IN (SELECT creator_id, tier_version FROM member)) IS TRUE`;
  return sql`
    SELECT k.creator_id FROM redemption.claim k
    WHERE k.client_id = ${tx.clientId} AND k.reward_id = ${reward.id} AND ${rangeOf(chunk)(sql`k.creator_id`)} AND ${counted}
    GROUP BY k.creator_id HAVING count(*) >= ${reward.quantity}::int`;
}

/**
 * In the order of the unique key, which keeps the last million as fast as the first. No ON CONFLICT, which would look into
 * that key twice for each row: whoever makes an unclaimed row holds its creator, as this transaction does.
 */
function createMissing({ reward }: Chunk, tx: TenantTransaction): Statement {
  return sql`
    INSERT INTO redemption.redemption (client_id, reward_id, creator_id, tier_at_grant, tier_version_at_grant)
    SELECT ${tx.clientId}, ${reward.id}, m.creator_id, ${reward.tier}, m.tier_version FROM member m
    WHERE ${reward.enabled && reward.source === 'vip_tier'}::boolean
      AND (m.creator_id IN (SELECT creator_id FROM held)) IS NOT TRUE
      AND (m.creator_id IN (SELECT creator_id FROM used)) IS NOT TRUE
    ORDER BY m.creator_id
    RETURNING id`;
}

/** At least one for each chunk, which tells how far the slice is. */
function eventsOf(effects: Statement): Statement {
  const ids = (effect: Statement) =>
    sql`'[' || coalesce(string_agg('"' || id || '"', ',') FILTER (WHERE effect = ${effect}), '') || ']'`;
  return sql`
    SELECT place, ${ids(sql`'created'`)} AS created, ${ids(sql`'brought_back'`)} AS brought_back,
           ${ids(sql`'hidden'`)} AS hidden
    FROM (SELECT id, effect, (row_number() OVER () - 1) / ${IDS_AN_EVENT}::int AS place FROM ${effects}) AS numbered
    GROUP BY place
    UNION ALL SELECT 0, '[]', '[]', '[]' WHERE NOT EXISTS (SELECT FROM ${effects})`;
}

function moveSlice(chunk: Chunk, tx: TenantTransaction): Statement {
  const { slice, reward, through, isLast } = chunk;
  return sql`
    UPDATE redemption.backfill_slice s
    SET cursor = ${through}::uuid, done = ${isLast}, event_version = s.event_version + (SELECT count(*) FROM told),
        eligible = s.eligible + (SELECT count(*) FROM member),
        created = s.created + (SELECT count(*) FROM created),
        brought_back = s.brought_back + (SELECT count(*) FROM effect WHERE effect = 'brought_back'),
        hidden = s.hidden + (SELECT count(*) FROM effect WHERE effect = 'hidden'),
        already_open = s.already_open + (SELECT count(*) FROM held WHERE cause IS NULL AND hidden_reason IS NULL),
        excluded_reward_disabled =
          s.excluded_reward_disabled + CASE WHEN ${reward.enabled}::boolean THEN 0 ELSE (SELECT count(*) FROM member) END,
        excluded_right_used_up = s.excluded_right_used_up + (SELECT count(*) FROM used),
        digest = sha256(s.digest || (SELECT coalesce(string_agg(uuid_send(creator_id), ''), '') FROM member))
    WHERE s.client_id = ${tx.clientId} AND s.backfill_id = ${slice.backfillId} AND s.slice = ${slice.slice}
      AND s.cursor = ${slice.cursor}::uuid AND NOT s.done
    RETURNING encode(s.digest, 'hex') AS digest`;
}
