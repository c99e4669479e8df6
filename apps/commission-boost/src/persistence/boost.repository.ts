import type { BoostId, CalendarDate, CreatorId } from '#libs/kernel';
import { prepared, sql, type Statement, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { stepOf, type BoostStatus } from '../domain/boost/boost-status.ts';
import type { Actor, ActorKind, Boost } from '../domain/boost/boost.ts';
import { BOOST_COLUMNS, toBoost, type BoostRow } from './boost-row.ts';

export interface BoostFilter {
  readonly status: BoostStatus | undefined;
  readonly creatorId: CreatorId | undefined;
  /** Those whose hold ends before this date. */
  readonly payableBefore: CalendarDate | undefined;
}

export interface HistoryEntry {
  readonly from: BoostStatus | null;
  readonly to: BoostStatus;
  readonly occurredAt: Date;
  readonly actor: Actor;
}

/** Single boosts, as people look at them and decide about them. Every writer holds the lane of the creator's key. */
@Injectable()
export class BoostRepository {
  /** @param name the boost's id or its redemption's: a script that has just claimed knows only the latter */
  async find(name: string, tx: TenantTransaction): Promise<Boost | undefined> {
    const row = await tx.maybeOne<BoostRow>(
      prepared(
        'boost-by-name',
        sql`
          SELECT ${BOOST_COLUMNS} FROM commission_boost.boost
          WHERE client_id = ${tx.clientId} AND (id = ${name} OR redemption_id = ${name})`,
      ),
    );
    return row && toBoost(row);
  }

  /** The boost as it is now, kept so until the transaction ends. */
  async lock(id: BoostId, tx: TenantTransaction): Promise<Boost> {
    return toBoost(
      await tx.one<BoostRow>(sql`
        SELECT ${BOOST_COLUMNS} FROM commission_boost.boost
        WHERE client_id = ${tx.clientId} AND id = ${id} FOR UPDATE`),
    );
  }

  /** Newest first. @param before the last id of the page before */
  async list(
    filter: BoostFilter,
    window: { readonly before: string | undefined; readonly fetch: number },
    tx: TenantTransaction,
  ): Promise<Boost[]> {
    const rows = await tx.many<BoostRow>(sql`
      SELECT ${BOOST_COLUMNS} FROM commission_boost.boost
      WHERE client_id = ${tx.clientId} ${onlyWhere(filter)} ${window.before === undefined ? sql`` : sql`AND id < ${window.before}`}
      ORDER BY id DESC LIMIT ${window.fetch}`);
    return rows.map(toBoost);
  }

  /** In the order of the steps: those that follow at once share their instant. */
  async history(id: BoostId, tx: TenantTransaction): Promise<HistoryEntry[]> {
    const rows = await tx.many<HistoryRow>(sql`
      SELECT from_status, to_status, occurred_at, actor_kind, actor_id FROM commission_boost.boost_transition
      WHERE client_id = ${tx.clientId} AND boost_id = ${id}`);
    return rows
      .map((row) => ({
        from: row.from_status,
        to: row.to_status,
        occurredAt: row.occurred_at,
        actor: { kind: row.actor_kind, id: row.actor_id },
      }))
      .sort((a, b) => stepOf(a.to) - stepOf(b.to));
  }

  /** The amount of this version, which must stand in `final_amount` already, is what the boost pays. */
  async setFinalAmount(
    id: BoostId,
    amount: { readonly version: number; readonly minor: bigint },
    tx: TenantTransaction,
  ): Promise<void> {
    await tx.execute(sql`
      UPDATE commission_boost.boost SET final_amount_version = ${amount.version}, final_payout_minor = ${amount.minor}
      WHERE client_id = ${tx.clientId} AND id = ${id}`);
  }

  /** Notes the details of this version, making the step to `pending_payout` if the boost was waiting for them. */
  async setPaymentDetail(
    boost: Boost,
    given: { readonly version: number; readonly at: Date; readonly by: Actor },
    tx: TenantTransaction,
  ): Promise<void> {
    const step =
      boost.status === 'pending_info' ? sql`, status = 'pending_payout', ${stepBy(given.by, given.at)}` : sql``;
    await tx.execute(sql`
      UPDATE commission_boost.boost SET payment_detail_version = ${given.version} ${step}
      WHERE client_id = ${tx.clientId} AND id = ${boost.id} AND status = ${boost.status}`);
  }
}

function onlyWhere(filter: BoostFilter): Statement {
  const status = filter.status === undefined ? sql`` : sql`AND status = ${filter.status}`;
  const creator = filter.creatorId === undefined ? sql`` : sql`AND creator_id = ${filter.creatorId}`;
  const { payableBefore } = filter;
  const payable = payableBefore === undefined ? sql`` : sql`AND expiry_date + clearing_days < ${payableBefore}`;
  return sql`${status} ${creator} ${payable}`;
}

function stepBy(actor: Actor, at: Date): Statement {
  return sql`changed_at = ${at}, actor_kind = ${actor.kind}, actor_id = ${actor.id}`;
}

interface HistoryRow {
  from_status: BoostStatus | null;
  to_status: BoostStatus;
  occurred_at: Date;
  actor_kind: ActorKind;
  actor_id: string | null;
}
