import type { SyncId } from '#libs/kernel';
import { copyField, copyLine, sql, type TenantTransaction, type Transaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { StagedRow } from '../domain/row/staged-row.ts';

const TARGET = `ingestion.staged_row
  (line, raw, reason, column_name, video_key, post_date, views, likes, comments, gmv_minor, units, handle, url)`;
const WRITE_CHARACTERS = 65_536;
/** From here on the table is better emptied whole. */
const MANY_ROWS = 20_000;

/** Of which syncs the staging tables hold rows, and differences. */
export interface Staged {
  readonly rowsOf: readonly SyncId[];
  readonly differencesOf: readonly SyncId[];
}

/** A file between its upload and its booking. The tables have no row-level security: each row names client and sync. */
@Injectable()
export class StagingRepository {
  /**
   * COPYs rows as they come, in writes of 64 KB. The commit is not waited for on the disk: a crash of the database empties
   * the table in any case, and the commit that calls the file staged brings everything before it to the disk.
   */
  async copy(syncId: SyncId, rows: AsyncIterable<readonly StagedRow[]>, tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`
      SELECT set_config('laurel.sync_id', ${syncId}, true), set_config('synchronous_commit', 'off', true)`);
    await tx.copy(TARGET, copyText(rows));
  }

  /** False when a crash of the database has emptied the unlogged table. */
  async isStaged(syncId: SyncId, tx: TenantTransaction): Promise<boolean> {
    const { found } = await tx.one<{ found: boolean }>(sql`
      SELECT EXISTS (
        SELECT FROM ingestion.staged_row WHERE client_id = ${tx.clientId} AND sync_id = ${syncId}) AS found`);
    return found;
  }

  async hasLine(syncId: SyncId, line: number, tx: TenantTransaction): Promise<boolean> {
    const { found } = await tx.one<{ found: boolean }>(sql`
      SELECT EXISTS (
        SELECT FROM ingestion.staged_row
        WHERE client_id = ${tx.clientId} AND sync_id = ${syncId} AND line = ${line}) AS found`);
    return found;
  }

  async clearRows(sync: { syncId: SyncId; rows: number }, tx: TenantTransaction): Promise<void> {
    await tx.execute(
      sync.rows > MANY_ROWS
        ? sql`SELECT ingestion.clear_staging('staged_row', ${sync.syncId})`
        : sql`DELETE FROM ingestion.staged_row WHERE client_id = ${tx.clientId} AND sync_id = ${sync.syncId}`,
    );
  }

  async clearDifferences(sync: { syncId: SyncId; rows: number }, tx: TenantTransaction): Promise<void> {
    await tx.execute(
      sync.rows > MANY_ROWS
        ? sql`SELECT ingestion.clear_staging('staged_difference', ${sync.syncId})`
        : sql`DELETE FROM ingestion.staged_difference WHERE client_id = ${tx.clientId} AND sync_id = ${sync.syncId}`,
    );
  }

  /**
   * Takes away what an earlier comparison of the sync has left, in the transaction of the next one. Nearly always nothing
   * is there; emptying the table instead would take it from every tenant until the comparison has ended.
   */
  async forgetDifferences(syncId: SyncId, tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`
      DELETE FROM ingestion.staged_difference WHERE client_id = ${tx.clientId} AND sync_id = ${syncId}`);
  }

  /** The syncs that have anything in the staging tables. */
  async listStaged(tx: Transaction): Promise<Staged> {
    const of = async (rows: Promise<{ sync_id: SyncId }[]>) => (await rows).map((row) => row.sync_id);
    return {
      rowsOf: await of(tx.many(sql`SELECT DISTINCT sync_id FROM ingestion.staged_row`)),
      differencesOf: await of(tx.many(sql`SELECT DISTINCT sync_id FROM ingestion.staged_difference`)),
    };
  }

  /** Clears a piece of what the named syncs have staged. @returns how many rows went */
  async clear(gone: Staged, tx: Transaction): Promise<number> {
    const rows = await tx.execute(sql`
      DELETE FROM ingestion.staged_row WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM ingestion.staged_row WHERE sync_id = ANY (${gone.rowsOf}::uuid[]) LIMIT 50000))`);
    const differences = await tx.execute(sql`
      DELETE FROM ingestion.staged_difference WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM ingestion.staged_difference WHERE sync_id = ANY (${gone.differencesOf}::uuid[]) LIMIT 50000))`);
    return rows + differences;
  }
}

async function* copyText(batches: AsyncIterable<readonly StagedRow[]>): AsyncGenerator<string> {
  let text = '';
  for await (const rows of batches) {
    for (const row of rows) text += lineOf(row);
    if (text.length >= WRITE_CHARACTERS) {
      yield text;
      text = '';
    }
  }
  if (text !== '') yield text;
}

/** Of a sound row only `raw` can hold anything that COPY reads as its own. */
function lineOf(row: StagedRow): string {
  if (row.kind === 'fault') {
    const figures = [null, null, null, null, null, null, null];
    return copyLine([row.line, row.raw, row.reason, row.column, ...figures, row.handle, null]);
  }
  const { views, likes, comments, gmvMinor, units } = row;
  return (
    `${row.line}\t${copyField(row.raw)}\t\\N\t\\N\t${row.videoKey}\t${row.postDate}\t${views}\t${likes}\t${comments}\t` +
    `${gmvMinor}\t${units}\t${row.handle}\t${row.videoUrl}\n`
  );
}
