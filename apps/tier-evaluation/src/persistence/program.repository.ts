import { toCurrency, toRateBps, type CalendarDate } from '#libs/kernel';
import { sql, trustedSql, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { PublishedProgram } from '../domain/explain/creator-record.ts';
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

const LOCKS = { share: 'FOR SHARE', 'update-now': 'FOR UPDATE SKIP LOCKED' } as const;

/** What is known of a version when it is put in force. */
export interface Publication {
  /** The client's latest applied sync; 0: none. */
  readonly syncSequence: number;
  readonly promotesNobody: boolean;
}

const COLUMNS = trustedSql(`
  p.version, p.currency, p.timezone, p.metric, p.mode, p.checkpoint_months, p.attribution, p.clearing_days, p.tiers,
  p.published_on::text AS published_on`);

/** Versions are never changed, so those that requests ask for are kept. */
const KEPT_VERSIONS = 1_000;

@Injectable()
export class ProgramRepository {
  readonly #kept = new Map<string, Program>();

  /**
   * The client's program in force. A batch that decides takes the lock `share`. A publication takes `update-now`, which
   * answers undefined while batches share the row; every later batch waits for it and sees the new version. For that the
   * lock comes first: a read that had to wait for it would look for the new version among the rows of before.
   */
  async inForce(tx: TenantTransaction, lock: 'none' | keyof typeof LOCKS): Promise<Program | undefined> {
    if (lock !== 'none') {
      const version = await this.#hold(tx, lock);
      return version === undefined ? undefined : this.ofVersion(tx, version);
    }
    const row = await tx.maybeOne<ProgramRow>(sql`
      SELECT ${COLUMNS} FROM tier_evaluation.client_program c
      JOIN tier_evaluation.program p ON p.client_id = c.client_id AND p.version = c.version
      WHERE c.client_id = ${tx.clientId}`);
    return row === undefined ? undefined : toProgram(row);
  }

  async ofVersion(tx: TenantTransaction, version: number): Promise<Program> {
    const key = `${tx.clientId} ${version}`;
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept;
    const program = toProgram(
      await tx.one<ProgramRow>(sql`
        SELECT ${COLUMNS} FROM tier_evaluation.program p WHERE p.client_id = ${tx.clientId} AND p.version = ${version}`),
    );
    if (this.#kept.size >= KEPT_VERSIONS) this.#kept.clear();
    this.#kept.set(key, program);
    return program;
  }

  /** @returns the version in force once the lock is held, also when it had to be waited for */
  async #hold(tx: TenantTransaction, lock: keyof typeof LOCKS): Promise<number | undefined> {
    const held = await tx.maybeOne<{ version: number }>(sql`
      SELECT version FROM tier_evaluation.client_program WHERE client_id = ${tx.clientId} ${trustedSql(LOCKS[lock])}`);
    return held?.version;
  }

  /** Every version from the first, each with the sync after which it was published. */
  async published(tx: TenantTransaction): Promise<PublishedProgram[]> {
    const rows = await tx.many<ProgramRow & { sync_sequence: string }>(sql`
      SELECT ${COLUMNS}, p.sync_sequence FROM tier_evaluation.program p
      WHERE p.client_id = ${tx.clientId} ORDER BY p.version`);
    return rows.map((row) => ({ program: toProgram(row), syncSequence: Number(row.sync_sequence) }));
  }

  /**
   * Puts a version in force; the one before has reached every creator. One that promotes nobody is through at once. The
   * caller holds the row, or the client's lane.
   */
  async publish(tx: TenantTransaction, program: Program, publication: Publication): Promise<void> {
    const tiers = program.tiers.map((tier) => ({ ...tier, threshold: tier.threshold.toString() }));
    await tx.execute(sql`
      INSERT INTO tier_evaluation.program
        (client_id, version, currency, timezone, metric, mode, checkpoint_months, attribution, clearing_days, tiers, published_on,
         sync_sequence)
      VALUES (${tx.clientId}, ${program.version}, ${program.currency}, ${program.timezone}, ${program.metric}, ${program.mode},
              ${program.checkpointMonths}, ${program.attribution}, ${program.clearingDays}, ${JSON.stringify(tiers)}::jsonb,
              ${program.publishedOn}, ${publication.syncSequence})`);
    await tx.execute(sql`
      INSERT INTO tier_evaluation.client_program AS c (client_id, version, promoted_version)
      VALUES (${tx.clientId}, ${program.version}, ${program.version})
      ON CONFLICT (client_id) DO UPDATE SET version = excluded.version,
        promoted_version = CASE WHEN ${publication.promotesNobody} THEN excluded.version ELSE c.promoted_version END`);
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
