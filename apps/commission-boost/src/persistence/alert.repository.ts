import type { BoostId, CreatorId } from '#libs/kernel';
import { sql, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { Alert, AlertKind, NewAlert } from '../domain/alert/alert.ts';

export interface AlertFilter {
  readonly kind: AlertKind | undefined;
  readonly boostId: string | undefined;
}

/** What people were told of. Append-only: one row per client, kind and subject. */
@Injectable()
export class AlertRepository {
  /** What was told before stays as it was. @returns those that are new, in the order given */
  async append(alerts: readonly NewAlert[], raisedAt: Date, tx: TenantTransaction): Promise<Alert[]> {
    const rows = await tx.many<AlertRow>(sql`
      INSERT INTO commission_boost.alert (client_id, kind, creator_id, boost_id, subject, facts, raised_at)
      SELECT ${tx.clientId}, kind, creator_id, boost_id, subject, facts::jsonb, ${raisedAt}
      FROM unnest(
        ${alerts.map(({ kind }) => kind)}::text[], ${alerts.map(({ creatorId }) => creatorId)}::uuid[],
        ${alerts.map(({ boostId }) => boostId)}::uuid[], ${alerts.map(({ subject }) => subject)}::text[],
        ${alerts.map(({ facts }) => JSON.stringify(facts))}::text[])
        WITH ORDINALITY AS a (kind, creator_id, boost_id, subject, facts, position)
      ORDER BY position
      ON CONFLICT (client_id, kind, subject) DO NOTHING
      RETURNING id, kind, creator_id, boost_id, subject, facts, raised_at`);
    return rows.map(toAlert);
  }

  /** Newest first. @param before the last id of the page before */
  async list(
    filter: AlertFilter,
    window: { readonly before: string | undefined; readonly fetch: number },
    tx: TenantTransaction,
  ): Promise<Alert[]> {
    const ofKind = filter.kind === undefined ? sql`` : sql`AND kind = ${filter.kind}`;
    const ofBoost = filter.boostId === undefined ? sql`` : sql`AND boost_id = ${filter.boostId}`;
    const older = window.before === undefined ? sql`` : sql`AND id < ${window.before}`;
    const rows = await tx.many<AlertRow>(sql`
      SELECT id, kind, creator_id, boost_id, subject, facts, raised_at FROM commission_boost.alert
      WHERE client_id = ${tx.clientId} ${ofKind} ${ofBoost} ${older}
      ORDER BY id DESC LIMIT ${window.fetch}`);
    return rows.map(toAlert);
  }
}

function toAlert(row: AlertRow): Alert {
  return {
    id: row.id,
    kind: row.kind,
    creatorId: row.creator_id,
    boostId: row.boost_id,
    subject: row.subject,
    facts: row.facts,
    raisedAt: row.raised_at,
  };
}

interface AlertRow {
  id: string;
  kind: AlertKind;
  creator_id: CreatorId;
  boost_id: BoostId | null;
  subject: string;
  facts: Record<string, string | number>;
  raised_at: Date;
}
