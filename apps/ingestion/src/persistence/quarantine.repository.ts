import type { SyncId } from '#libs/kernel';
import { sql, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';

export interface QuarantinedRow {
  readonly line: number;
  readonly column: string | null;
  readonly reason: string;
  readonly raw: string;
}

@Injectable()
export class QuarantineRepository {
  /** In the order of the file. */
  async list(
    page: { syncId: SyncId; afterLine: number; fetch: number },
    tx: TenantTransaction,
  ): Promise<QuarantinedRow[]> {
    const rows = await tx.many<Omit<QuarantinedRow, 'line'> & { line: string }>(sql`
      SELECT line, column_name AS "column", reason, raw FROM ingestion.quarantined_row
      WHERE client_id = ${tx.clientId} AND sync_id = ${page.syncId} AND line > ${page.afterLine}
      ORDER BY line LIMIT ${page.fetch}`);
    return rows.map((row) => ({ ...row, line: Number(row.line) }));
  }
}
