import type { DataOf, ErasureAdvancedV1 } from '#libs/contracts';
import type { CreatorId, ErasureId } from '#libs/kernel';
import { prepared, sql, trustedSql, type Statement, type TenantTransaction } from '#libs/persistence';
import { CreatorBeingErasedError, CreatorErasedError } from '../sealing/secrets.errors.ts';
import type { ErasureStage } from './creator-erasure-table.ts';

export interface Erasure {
  readonly id: ErasureId;
  readonly creatorId: CreatorId;
  readonly stage: ErasureStage;
  readonly forced: boolean;
}

/** The rows of a service's `creator_erasure`. Whoever writes holds the lane of the creator's key. */
export class Erasures {
  readonly #table: Statement;

  constructor(schema: string) {
    this.#table = trustedSql(`${schema}.creator_erasure`);
  }

  /**
   * Notes how far erasures have come, in whatever order and however often it is told. That all is done everywhere is no
   * business of a single service.
   * @returns those that have come further here
   */
  async note(news: readonly DataOf<typeof ErasureAdvancedV1>[], tx: TenantTransaction): Promise<Erasure[]> {
    const told = news.filter(({ status }) => status !== 'done');
    if (told.length === 0) return [];
    return tx.many<Erasure>(sql`
      INSERT INTO ${this.#table} AS known (client_id, erasure_id, creator_id, stage, forced)
      SELECT ${tx.clientId}, * FROM unnest(
        ${told.map(({ erasureId }) => erasureId)}::uuid[], ${told.map(({ creatorId }) => creatorId)}::uuid[],
        ${told.map(({ status }) => status)}::text[], ${told.map(({ forced }) => forced)}::boolean[])
      ON CONFLICT (client_id, erasure_id) DO UPDATE
      SET stage = excluded.stage, forced = excluded.forced, changed_at = now()
      WHERE known.stage = 'checking' AND excluded.stage <> 'checking'
      RETURNING erasure_id AS id, creator_id AS "creatorId", stage, forced`);
  }

  /** What of them is here is erased, in this transaction. */
  async end(erasureIds: readonly ErasureId[], tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`
      UPDATE ${this.#table} SET stage = 'erased', changed_at = now()
      WHERE client_id = ${tx.clientId} AND erasure_id = ANY (${erasureIds}::uuid[]) AND stage = 'erasing'`);
  }

  /** @throws CreatorBeingErasedError, CreatorErasedError: the creator is owed nothing new, and gives nothing */
  async refuseErased(creatorId: CreatorId, tx: TenantTransaction): Promise<void> {
    const found = await tx.maybeOne<{ erased: boolean }>(
      prepared(
        'creator-erasure',
        sql`
          SELECT bool_or(stage = 'erased') AS erased FROM ${this.#table}
          WHERE client_id = ${tx.clientId} AND creator_id = ${creatorId} AND stage <> 'refused' HAVING count(*) > 0`,
      ),
    );
    if (found === undefined) return;
    throw found.erased ? new CreatorErasedError(creatorId) : new CreatorBeingErasedError(creatorId);
  }
}
