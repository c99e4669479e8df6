import type { AdjustmentId, CalendarDate, CreatorId, SyncId } from '#libs/kernel';
import { sql, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { Decision, PromotionCause } from '../domain/standing/decision.ts';
import type { ToldDecision } from '../domain/standing/told-decision.ts';

type Counted =
  'number' | 'value' | 'threshold' | 'base' | 'opening' | 'adjustmentsCounted' | 'syncSequence' | 'adjustmentNumber';

interface DecisionRow extends Omit<ToldDecision, Counted | 'cause' | 'causingSync'>, Record<Counted, string> {
  causeKind: PromotionCause['kind'] | null;
  causeId: string | null;
  causingSyncId: SyncId | null;
  causingSequence: string | null;
  causingDate: CalendarDate | null;
}

@Injectable()
export class DecisionRepository {
  async append(tx: TenantTransaction, made: readonly (readonly [CreatorId, Decision])[]): Promise<void> {
    if (made.length === 0) return;
    const causes = made.map(([, decision]) => (decision.kind === 'promotion' ? decision.cause : null));
    await tx.execute(sql`
      INSERT INTO tier_evaluation.decision
        (client_id, creator_id, number, kind, decided_for, window_start, due_date, value, threshold, tier_before, tier_after,
         outcome, tier_version, program_version, adjustments_counted, base, opening, sync_sequence, adjustment_number, cause_kind,
         cause_id)
      SELECT ${tx.clientId}::uuid, * FROM unnest(
        ${made.map(([creatorId]) => creatorId)}::uuid[], ${made.map(([, d]) => d.number)}::bigint[],
        ${made.map(([, d]) => d.kind)}::text[], ${made.map(([, d]) => d.decidedFor)}::date[],
        ${made.map(([, d]) => d.windowStart)}::date[], ${made.map(([, d]) => d.dueDate)}::date[],
        ${made.map(([, d]) => d.value)}::bigint[], ${made.map(([, d]) => d.threshold)}::bigint[],
        ${made.map(([, d]) => d.tierBefore)}::smallint[], ${made.map(([, d]) => d.tierAfter)}::smallint[],
        ${made.map(([, d]) => d.outcome)}::text[], ${made.map(([, d]) => d.tierVersion)}::int[],
        ${made.map(([, d]) => d.programVersion)}::int[], ${made.map(([, d]) => d.adjustmentsCounted)}::bigint[],
        ${made.map(([, d]) => d.base)}::bigint[], ${made.map(([, d]) => d.opening)}::bigint[],
        ${made.map(([, d]) => d.syncSequence)}::bigint[], ${made.map(([, d]) => d.adjustmentNumber)}::bigint[],
        ${causes.map((cause) => cause?.kind ?? null)}::text[], ${causes.map(idOf)}::uuid[])`);
  }

  /** A creator's decisions after a number, oldest first; `limit` null: all. */
  async list(
    tx: TenantTransaction,
    creatorId: CreatorId,
    after: number,
    limit: number | null,
  ): Promise<ToldDecision[]> {
    const rows = await tx.many<DecisionRow>(sql`
      SELECT d.number, d.kind, d.decided_for::text AS "decidedFor", d.window_start::text AS "windowStart",
             d.due_date::text AS "dueDate", d.value, d.threshold, d.tier_before AS "tierBefore", d.tier_after AS "tierAfter",
             d.outcome, d.tier_version AS "tierVersion", d.program_version AS "programVersion",
             d.adjustments_counted AS "adjustmentsCounted", d.base, d.opening, d.sync_sequence AS "syncSequence",
             d.adjustment_number AS "adjustmentNumber", d.cause_kind AS "causeKind", d.cause_id AS "causeId",
             c.sync_id AS "causingSyncId", c.sequence AS "causingSequence", c.business_date::text AS "causingDate"
      FROM tier_evaluation.decision d
      LEFT JOIN LATERAL (
        (SELECT c.sync_id, c.sequence, c.business_date FROM tier_evaluation.completed_sync c
         WHERE c.client_id = d.client_id AND d.kind = 'checkpoint' AND c.business_date >= d.due_date
         ORDER BY c.business_date, c.sequence LIMIT 1)
        UNION ALL
        (SELECT c.sync_id, c.sequence, c.business_date FROM tier_evaluation.completed_sync c
         WHERE c.client_id = d.client_id AND d.cause_kind = 'sync' AND c.sync_id = d.cause_id)
      ) c ON true
      WHERE d.client_id = ${tx.clientId} AND d.creator_id = ${creatorId} AND d.number > ${after}
      ORDER BY d.number LIMIT ${limit}`);
    return rows.map(toDecision);
  }
}

function idOf(cause: PromotionCause | null): string | null {
  if (cause === null || cause.kind === 'program') return null;
  return cause.kind === 'sync' ? cause.syncId : cause.adjustmentId;
}

function toDecision(row: DecisionRow): ToldDecision {
  const { causeKind: _kind, causeId: _id, causingSyncId: _sync, causingSequence, causingDate, ...told } = row;
  return {
    ...told,
    number: Number(row.number),
    value: BigInt(row.value),
    threshold: BigInt(row.threshold),
    base: BigInt(row.base),
    opening: BigInt(row.opening),
    adjustmentsCounted: Number(row.adjustmentsCounted),
    syncSequence: Number(row.syncSequence),
    adjustmentNumber: Number(row.adjustmentNumber),
    cause: toCause(row),
    causingSync:
      causingSequence === null || causingDate === null
        ? null
        : { sequence: Number(causingSequence), businessDate: causingDate },
  };
}

function toCause(row: DecisionRow): PromotionCause | null {
  switch (row.causeKind) {
    case 'sync':
      return { kind: 'sync', syncId: row.causeId as SyncId };
    case 'adjustment':
      return { kind: 'adjustment', adjustmentId: row.causeId as AdjustmentId };
    case 'program':
      return { kind: 'program', version: row.programVersion };
    case null:
      return row.causingSyncId === null ? null : { kind: 'sync', syncId: row.causingSyncId };
  }
}
