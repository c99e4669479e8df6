import type { BoostId, CreatorId } from '#libs/kernel';
import { prepared, sql, type Statement, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { NO_HASH, type ChainHead } from '../domain/statement/statement-chain.ts';
import type { StatementExtent } from '../domain/statement/statement.ts';

export interface StoredStatement {
  readonly position: number;
  readonly boostId: BoostId;
  readonly version: number;
  /** Canonical JSON, byte for byte as it was sealed. */
  readonly document: string;
  readonly digest: string;
  readonly previous: string;
  readonly hash: string;
}

/** What the latest statement of a boost tells. */
export interface Told extends StatementExtent {
  readonly version: number;
  readonly correctionCount: number;
}

export interface ChainLink {
  readonly position: number;
  readonly creatorId: CreatorId;
  readonly boostId: BoostId;
  readonly version: number;
  readonly digest: string;
  readonly hash: string;
}

/** Why an amount was set, as far as it is not erased. */
export interface Reason {
  readonly adjustment: number;
  readonly salt: string;
  readonly text: string;
}

/** Statements as they were made. Append-only: the running role can neither change nor remove one. */
@Injectable()
export class StatementRepository {
  /**
   * Lets one process at a time lengthen the client's chain, until its transaction ends. To be taken before anything is
   * read that the new links depend on.
   */
  async lockChain(tx: TenantTransaction): Promise<void> {
    await tx.execute(
      sql`SELECT pg_advisory_xact_lock(hashtextextended('commission-boost.statements:' || ${tx.clientId}::text, 0))`,
    );
  }

  /** The same for whoever does not wait. @returns false when another process lengthens it */
  async tryLockChain(tx: TenantTransaction): Promise<boolean> {
    const { locked } = await tx.one<{ locked: boolean }>(sql`
      SELECT pg_try_advisory_xact_lock(hashtextextended('commission-boost.statements:' || ${tx.clientId}::text, 0)) AS locked`);
    return locked;
  }

  async head(tx: TenantTransaction): Promise<ChainHead> {
    const row = await tx.maybeOne<{ position: string; hash: string }>(
      prepared(
        'statement-head',
        sql`
          SELECT position, hash FROM commission_boost.statement
          WHERE client_id = ${tx.clientId} ORDER BY position DESC LIMIT 1`,
      ),
    );
    return row === undefined ? { position: 0, hash: NO_HASH } : { position: Number(row.position), hash: row.hash };
  }

  /** Of each boost that has a statement, the latest one's extent. */
  async told(boostIds: readonly BoostId[], tx: TenantTransaction): Promise<Map<BoostId, Told>> {
    const rows = await tx.many<ToldRow>(
      prepared(
        'statement-told',
        sql`
          SELECT s.boost_id, s.version, s.adjustment_count, s.correction_count, s.is_paid
          FROM unnest(${boostIds}::uuid[]) AS wanted (boost_id)
          CROSS JOIN LATERAL (
            SELECT boost_id, version, adjustment_count, correction_count, is_paid FROM commission_boost.statement
            WHERE client_id = ${tx.clientId} AND boost_id = wanted.boost_id ORDER BY version DESC LIMIT 1) AS s`,
      ),
    );
    return new Map(
      rows.map((row) => [
        row.boost_id,
        {
          version: row.version,
          adjustmentCount: row.adjustment_count,
          correctionCount: row.correction_count,
          isPaid: row.is_paid,
        },
      ]),
    );
  }

  /** The chain must be locked, and the first of these follow its head. The database checks every digest and link. */
  async append(statements: readonly (StoredStatement & Told)[], tx: TenantTransaction): Promise<void> {
    if (statements.length === 0) return;
    await tx.execute(sql`
      INSERT INTO commission_boost.statement
        (client_id, position, boost_id, version, document, digest, previous, hash, adjustment_count, correction_count,
         is_paid)
      SELECT ${tx.clientId}, * FROM unnest(
        ${statements.map(({ position }) => position)}::bigint[], ${statements.map(({ boostId }) => boostId)}::uuid[],
        ${statements.map(({ version }) => version)}::int[], ${statements.map(({ document }) => document)}::text[],
        ${statements.map(({ digest }) => digest)}::text[],
        ${statements.map(({ position, previous }) => (position === 1 ? null : previous))}::text[],
        ${statements.map(({ hash }) => hash)}::text[],
        ${statements.map(({ adjustmentCount }) => adjustmentCount)}::int[],
        ${statements.map(({ correctionCount }) => correctionCount)}::int[],
        ${statements.map(({ isPaid }) => isPaid)}::boolean[])`);
  }

  /** @param version the latest when not given */
  async find(
    boostId: BoostId,
    version: number | undefined,
    tx: TenantTransaction,
  ): Promise<(StoredStatement & { readonly reasons: readonly Reason[] }) | undefined> {
    const only: Statement = version === undefined ? sql`` : sql`AND version = ${version}`;
    const statement = sql`
      SELECT s.position, s.boost_id, s.version, s.document, s.digest, s.previous, s.hash, f.reasons
      FROM (SELECT * FROM commission_boost.statement
            WHERE client_id = ${tx.clientId} AND boost_id = ${boostId} ${only} ORDER BY version DESC LIMIT 1) AS s
      CROSS JOIN LATERAL (
        SELECT coalesce(json_agg(json_build_object('adjustment', version, 'salt', reason_salt, 'text', reason)
                                 ORDER BY version), '[]') AS reasons
        FROM commission_boost.final_amount
        WHERE client_id = ${tx.clientId} AND boost_id = ${boostId} AND version <= s.adjustment_count
          AND reason IS NOT NULL) AS f`;
    const row = await tx.maybeOne<StatementRow>(
      version === undefined ? prepared('statement-latest', statement) : statement,
    );
    if (row === undefined) return undefined;
    const { position, boost_id: boostOf, previous, ...same } = row;
    return { ...same, boostId: boostOf, position: Number(position), previous: previous ?? NO_HASH };
  }

  async links(after: number, fetch: number, tx: TenantTransaction): Promise<ChainLink[]> {
    const rows = await tx.many<LinkRow>(sql`
      SELECT s.position, b.creator_id, s.boost_id, s.version, s.digest, s.hash
      FROM (SELECT * FROM commission_boost.statement
            WHERE client_id = ${tx.clientId} AND position > ${after} ORDER BY position LIMIT ${fetch}) AS s
      JOIN commission_boost.boost AS b ON b.client_id = s.client_id AND b.id = s.boost_id
      ORDER BY s.position`);
    return rows.map(({ position, creator_id: creatorId, boost_id: boostId, ...same }) => ({
      ...same,
      creatorId,
      boostId,
      position: Number(position),
    }));
  }
}

interface ToldRow {
  boost_id: BoostId;
  version: number;
  adjustment_count: number;
  correction_count: number;
  is_paid: boolean;
}

interface LinkRow {
  position: string;
  creator_id: CreatorId;
  boost_id: BoostId;
  version: number;
  digest: string;
  hash: string;
}

interface StatementRow extends Omit<LinkRow, 'creator_id'> {
  document: string;
  previous: string | null;
  reasons: Reason[];
}
