import type { CreatorId, RewardId } from '#libs/kernel';
import { prepared, sql, type Statement, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { REDEMPTION_STATUSES, type RedemptionStatus } from '../domain/redemption/redemption-state.ts';
import { VIEW_COLUMNS, VIEW_JOINS, type RedemptionView } from './redemption-row.ts';
import { RewardCountRepository } from './reward-count.repository.ts';

/** How many rows a page that is filtered by `hidden` looks through; a page in which few are found ends there. */
const LOOKED_THROUGH = 5_000;

export interface RedemptionFilter {
  readonly status?: RedemptionStatus | undefined;
  readonly rewardId?: RewardId | undefined;
  readonly creatorId?: CreatorId | undefined;
  readonly hidden?: boolean | undefined;
}

export interface RedemptionWindow {
  /** The last id of the page before, or where that page ended. */
  readonly before: string | undefined;
  readonly fetch: number;
}

export interface RedemptionPage {
  /** Newest first. */
  readonly rows: readonly RedemptionView[];
  /** The page ends at this id although there may be more; undefined when it holds all there is. */
  readonly endsAt: string | undefined;
}

/**
 * Pages of redemptions, each by one index, whatever is asked of 20 million rows. No index knows whether a row is hidden:
 * hiding and bringing back would then write to every index of the table. So a page filtered by it looks through the rows
 * of those rewards alone which have any that is wanted, as the counts say, and through so many at most.
 */
@Injectable()
export class RedemptionPageRepository {
  constructor(private readonly counts: RewardCountRepository) {}

  async list(filter: RedemptionFilter, window: RedemptionWindow, tx: TenantTransaction): Promise<RedemptionPage> {
    const { creatorId, hidden } = filter;
    if (creatorId !== undefined) return ended(await this.#ofCreator(creatorId, { filter, window }, tx));
    if (hidden !== undefined) return this.#filtered({ ...filter, hidden }, window, tx);
    return ended(await tx.many<RedemptionView>(shown(byIndex(filter, window, tx))));
  }

  /** A creator's rows are few: they are read and sorted, never the client's in the hope of meeting the creator's. */
  #ofCreator(creatorId: CreatorId, { filter, window }: Asked, tx: TenantTransaction): Promise<RedemptionView[]> {
    const { status, rewardId, hidden } = filter;
    const given = Object.entries({ status, rewardId, hidden, before: window.before }).filter(
      ([, value]) => value !== undefined,
    );
    const page = shown(sql`
      SELECT * FROM (
        SELECT d.* FROM redemption.redemption d
        WHERE d.client_id = ${tx.clientId} AND d.creator_id = ${creatorId}
          ${status === undefined ? sql`` : sql`AND d.status = ${status}`}
          ${rewardId === undefined ? sql`` : sql`AND d.reward_id = ${rewardId}`}
          ${hidden === undefined ? sql`` : sql`AND (d.hidden_reason IS NOT NULL) = ${hidden}`}
          ${before(window)} OFFSET 0) AS d
      ORDER BY d.id DESC LIMIT ${window.fetch}`);
    return tx.many<RedemptionView>(prepared(`page-of-creator ${given.map(([name]) => name).join(' ')}`, page));
  }

  async #filtered(
    filter: RedemptionFilter & { readonly hidden: boolean },
    window: RedemptionWindow,
    tx: TenantTransaction,
  ): Promise<RedemptionPage> {
    const streams = await this.#streams(filter, tx);
    if (streams.length === 0) return { rows: [], endsAt: undefined };
    const { ids, edge } = await tx.one<{ ids: string[]; edge: string | null }>(
      lookThrough(streams, { filter, window }, tx),
    );
    const found = sql`
      SELECT d.* FROM unnest(${ids}::uuid[]) AS found (id)
      CROSS JOIN LATERAL (
        SELECT d.* FROM redemption.redemption d WHERE d.client_id = ${tx.clientId} AND d.id = found.id LIMIT 1) AS d
      WHERE (d.hidden_reason IS NOT NULL) = ${filter.hidden}`;
    const rows = await tx.many<RedemptionView>(shown(found));
    return { rows, endsAt: edge ?? undefined };
  }

  /** The rewards and statuses in which there is anything that is wanted. */
  async #streams(
    { status, rewardId, hidden }: RedemptionFilter & { readonly hidden: boolean },
    tx: TenantTransaction,
  ): Promise<Stream[]> {
    const counts =
      rewardId === undefined ? await this.counts.all(tx) : new Map([[rewardId, await this.counts.of(rewardId, tx)]]);
    const wanted = REDEMPTION_STATUSES.filter((each) => status === undefined || each === status);
    return [...counts].flatMap(([reward, count]) =>
      wanted
        .filter((each) => (each === 'claimable' ? count[hidden ? 'hidden' : 'open'] > 0 : !hidden && count[each] > 0))
        .map((each) => ({ rewardId: reward, status: each })),
    );
  }
}

function shown(rows: Statement): Statement {
  return sql`SELECT ${VIEW_COLUMNS} FROM (${rows}) AS d ${VIEW_JOINS} ORDER BY d.id DESC`;
}

interface Asked<Filter = RedemptionFilter> {
  readonly filter: Filter;
  readonly window: RedemptionWindow;
}

interface Stream {
  readonly rewardId: RewardId;
  readonly status: RedemptionStatus;
}

function ended(rows: readonly RedemptionView[]): RedemptionPage {
  return { rows, endsAt: undefined };
}

function before(window: RedemptionWindow): Statement {
  return window.before === undefined ? sql`` : sql`AND d.id < ${window.before}`;
}

/** A reward's rows lie by status and id: the newest of each status, then the newest of those, instead of a sort of all. */
function byIndex({ status, rewardId }: RedemptionFilter, window: RedemptionWindow, tx: TenantTransaction): Statement {
  const newest = (where: Statement) => sql`
    SELECT d.* FROM redemption.redemption d WHERE d.client_id = ${tx.clientId} ${where} ${before(window)}
    ORDER BY d.id DESC LIMIT ${window.fetch}`;
  if (rewardId === undefined) return newest(status === undefined ? sql`` : sql`AND d.status = ${status}`);
  const statuses = status === undefined ? REDEMPTION_STATUSES : [status];
  return sql`
    SELECT page.* FROM unnest(${statuses}::text[]) AS wanted (status) CROSS JOIN LATERAL (
      ${newest(sql`AND d.reward_id = ${rewardId} AND d.status = wanted.status`)}) AS page
    ORDER BY page.id DESC LIMIT ${window.fetch}`;
}

/**
 * Looks through the newest rows of every stream. Where a stream was left before it gave a full page, nothing older than
 * its last row seen belongs to this page, from whichever stream: `edge` is the newest such row.
 */
function lookThrough(
  streams: readonly Stream[],
  { filter, window }: Asked<{ readonly hidden: boolean }>,
  tx: TenantTransaction,
): Statement {
  const look = Math.max(window.fetch, Math.floor(LOOKED_THROUGH / streams.length));
  const newest = (ending: Statement) => sql`
    SELECT d.id, d.hidden_reason FROM redemption.redemption d
    WHERE d.client_id = ${tx.clientId} AND d.reward_id = stream.reward_id AND d.status = stream.status ${before(window)}
    ORDER BY d.id DESC ${ending}`;
  return sql`
    WITH stream AS MATERIALIZED (
      SELECT * FROM unnest(${streams.map((stream) => stream.rewardId)}::uuid[],
                           ${streams.map((stream) => stream.status)}::text[]) AS stream (reward_id, status)),
    found AS MATERIALIZED (
      SELECT stream.reward_id, stream.status, page.id
      FROM stream CROSS JOIN LATERAL (
        SELECT looked.id FROM (${newest(sql`LIMIT ${look}`)}) AS looked
        WHERE (looked.hidden_reason IS NOT NULL) = ${filter.hidden} ORDER BY looked.id DESC LIMIT ${window.fetch}) AS page),
    short AS MATERIALIZED (
      SELECT * FROM stream LEFT JOIN (
        SELECT reward_id, status, count(*) AS rows FROM found GROUP BY reward_id, status) AS given USING (reward_id, status)
      WHERE coalesce(given.rows, 0) < ${window.fetch}),
    edge AS MATERIALIZED (
      SELECT last.id FROM short AS stream CROSS JOIN LATERAL (${newest(sql`OFFSET ${look - 1} LIMIT 1`)}) AS last
      ORDER BY last.id DESC LIMIT 1)
    SELECT array(SELECT id FROM found WHERE id >= coalesce((SELECT id FROM edge), '00000000-0000-0000-0000-000000000000')
                 ORDER BY id DESC LIMIT ${window.fetch})::text[] AS ids, (SELECT id FROM edge) AS edge`;
}
