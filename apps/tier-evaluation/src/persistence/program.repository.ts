import { toCurrency, toRateBps, type CalendarDate } from '#libs/kernel';
import { sql, trustedSql, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { programOf, type Program } from '../domain/program/program.ts';

interface ProgramRow {
  version: number;
  currency: string;
  timezone: string;
  metric: Program['metric'];
  mode: Program['mode'];
  checkpoint_months: number;
  attribution: Program['attribution'];
  clearing_days: number;
  tiers: { name: string; color: string; threshold: string; commissionRateBps: number }[];
  published_on: CalendarDate | null;
}

const LOCKS = { none: '', share: 'FOR SHARE OF c', update: 'FOR UPDATE OF c' } as const;

@Injectable()
export class ProgramRepository {
  /**
   * The client's program in force. A batch that decides takes the lock `share`: a publication, which takes `update`,
   * waits for it, and every later batch sees the new version.
   */
  async inForce(tx: TenantTransaction, lock: keyof typeof LOCKS): Promise<Program | undefined> {
    const row = await tx.maybeOne<ProgramRow>(sql`
      SELECT p.version, p.currency, p.timezone, p.metric, p.mode, p.checkpoint_months, p.attribution, p.clearing_days,
             p.tiers, p.published_on::text AS published_on
      FROM tier_evaluation.client_program c
      JOIN tier_evaluation.program p ON p.client_id = c.client_id AND p.version = c.version
      WHERE c.client_id = ${tx.clientId} ${trustedSql(LOCKS[lock])}`);
    return row === undefined ? undefined : toProgram(row);
  }

  /** Puts a version in force. Version 1 has nobody to promote. The caller holds the row, or the client's lane. */
  async publish(tx: TenantTransaction, program: Program): Promise<void> {
    const tiers = program.tiers.map((tier) => ({ ...tier, threshold: tier.threshold.toString() }));
    await tx.execute(sql`
      INSERT INTO tier_evaluation.program
        (client_id, version, currency, timezone, metric, mode, checkpoint_months, attribution, clearing_days, tiers, published_on)
      VALUES (${tx.clientId}, ${program.version}, ${program.currency}, ${program.timezone}, ${program.metric}, ${program.mode},
              ${program.checkpointMonths}, ${program.attribution}, ${program.clearingDays}, ${JSON.stringify(tiers)}::jsonb,
              ${program.publishedOn})`);
    await tx.execute(sql`
      INSERT INTO tier_evaluation.client_program (client_id, version, promoted_version)
      VALUES (${tx.clientId}, ${program.version}, ${program.version})
      ON CONFLICT (client_id) DO UPDATE SET version = excluded.version`);
  }

  /** True while a publication's promotions have not reached every creator. */
  async hasUnfinishedPublication(tx: TenantTransaction): Promise<boolean> {
    const row = await tx.maybeOne(sql`
      SELECT 1 FROM tier_evaluation.client_program WHERE client_id = ${tx.clientId} AND promoted_version < version`);
    return row !== undefined;
  }

  async finishPublication(tx: TenantTransaction, version: number): Promise<void> {
    await tx.execute(sql`
      UPDATE tier_evaluation.client_program SET promoted_version = ${version}
      WHERE client_id = ${tx.clientId} AND promoted_version < ${version}`);
  }
}

function toProgram(row: ProgramRow): Program {
  return programOf(row.version, row.published_on, {
    currency: toCurrency(row.currency),
    timezone: row.timezone,
    metric: row.metric,
    mode: row.mode,
    checkpointMonths: row.checkpoint_months,
    attribution: row.attribution,
    clearingDays: row.clearing_days,
    tiers: row.tiers.map((tier) => ({
      name: tier.name,
      color: tier.color,
      threshold: BigInt(tier.threshold),
      commissionRateBps: toRateBps(tier.commissionRateBps),
    })),
  });
}
