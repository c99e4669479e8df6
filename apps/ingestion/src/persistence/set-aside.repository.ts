import type { CreatorId, SyncId } from '#libs/kernel';
import { sql, trustedSql, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { pseudonymOf } from '../domain/erasure/erasure.ts';

export interface RefusedRow {
  readonly line: number;
  readonly raw: string;
}

/** The two tables that hold rows on their way to the quarantine. */
export type RefusedIn = 'staged_row' | 'staged_difference';

const PAGE = 100;
/** Of a canonical URL whose path begins with a handle. */
const NAMED = trustedSql(`lower(substring(url FROM '/@([^/]+)'))`);
const REFUSED = {
  staged_row: trustedSql(`ingestion.staged_row WHERE reason <> 'erased'`),
  staged_difference: trustedSql(`ingestion.staged_difference WHERE kind = 'owner_changed'`),
};

/** What a staged file says of creators who are erased. */
@Injectable()
export class SetAsideRepository {
  /** Every handle that the file has, as its rows' own or in the address of a video. */
  async listNames(syncId: SyncId, tx: TenantTransaction): Promise<string[]> {
    const rows = await tx.many<{ name: string }>(sql`
      SELECT DISTINCT handle AS name FROM ingestion.staged_row
      WHERE client_id = ${tx.clientId} AND sync_id = ${syncId} AND handle IS NOT NULL
      UNION SELECT DISTINCT ${NAMED} FROM ingestion.staged_row
      WHERE client_id = ${tx.clientId} AND sync_id = ${syncId} AND url ~ '/@'`);
    return rows.map((row) => row.name);
  }

  /**
   * Their rows are quarantined, whatever else is wrong with them, and nothing of their text is kept; in what the
   * comparison has found, no address names them. Repeating it changes nothing.
   */
  async setAside(syncId: SyncId, handles: readonly string[], tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`
      WITH aside AS (
        UPDATE ingestion.staged_row
        SET reason = 'erased', column_name = 'Handle', raw = '', handle = NULL, url = NULL
        WHERE client_id = ${tx.clientId} AND sync_id = ${syncId} AND handle = ANY (${handles}::text[])
        RETURNING old.reason
      )
      UPDATE ingestion.sync SET rows_faulty = rows_faulty + (SELECT count(*) FROM aside WHERE reason IS NULL)
      WHERE client_id = ${tx.clientId} AND sync_id = ${syncId}`);
    await tx.execute(sql`
      UPDATE ingestion.staged_difference SET url = ''
      WHERE client_id = ${tx.clientId} AND sync_id = ${syncId} AND kind = 'new' AND ${NAMED} = ANY (${handles}::text[])`);
  }

  /** Their rows stay theirs, under their pseudonyms: of a file that was taken in before. */
  async rename(syncId: SyncId, creators: ReadonlyMap<string, CreatorId>, tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`
      UPDATE ingestion.staged_row r SET handle = named.pseudonym, raw = '', url = ''
      FROM unnest(${[...creators.keys()]}::text[], ${[...creators.values()].map(pseudonymOf)}::text[])
           AS named (handle, pseudonym)
      WHERE r.client_id = ${tx.clientId} AND r.sync_id = ${syncId} AND r.handle = named.handle`);
  }

  /** The next rows that will be quarantined for something else. */
  async listRefused(
    from: { readonly syncId: SyncId; readonly table: RefusedIn; readonly afterLine: number },
    tx: TenantTransaction,
  ): Promise<RefusedRow[]> {
    return tx.many<RefusedRow>(sql`
      SELECT line::int, raw FROM ${REFUSED[from.table]}
        AND client_id = ${tx.clientId} AND sync_id = ${from.syncId} AND line > ${from.afterLine} AND raw <> ''
      ORDER BY line LIMIT ${PAGE}`);
  }

  async eraseText(
    of: { readonly syncId: SyncId; readonly table: RefusedIn; readonly lines: readonly number[] },
    tx: TenantTransaction,
  ): Promise<void> {
    await tx.execute(sql`
      UPDATE ${trustedSql(`ingestion.${of.table}`)} SET raw = ''
      WHERE client_id = ${tx.clientId} AND sync_id = ${of.syncId} AND line = ANY (${of.lines}::bigint[])
        AND ${of.table === 'staged_row' ? sql`reason IS NOT NULL` : sql`kind = 'owner_changed'`}`);
  }
}
