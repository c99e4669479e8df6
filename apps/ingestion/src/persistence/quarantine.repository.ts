import type { SyncId } from '#libs/kernel';
import { sql, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';

export interface QuarantinedRow {
  readonly line: number;
  readonly column: string | null;
  readonly reason: string;
  readonly raw: string;
}

export interface QuarantinedPage {
  readonly rows: readonly QuarantinedRow[];
  /** There are more rows than these, though not as many were fetched as were asked for. */
  readonly isCut: boolean;
}

const MOST_BYTES = 2 ** 20;

@Injectable()
export class QuarantineRepository {
  /**
   * In the order of the file, `fetch` rows or about `MOST_BYTES` of them, two at least: a row may be a megabyte long.
   * What the rows add up to is known without reading them.
   */
  async list(
    page: { syncId: SyncId; afterLine: number; fetch: number },
    tx: TenantTransaction,
  ): Promise<QuarantinedPage> {
    const found = await tx.many<QuarantinedRow & { fetched: string }>(sql`
      SELECT line::int, column_name AS "column", reason, raw, fetched
      FROM (
        SELECT line, column_name, reason, raw, count(*) OVER () AS fetched, row_number() OVER (ORDER BY line) AS place,
               sum(octet_length(raw)) OVER (ORDER BY line) AS bytes
        FROM (
          SELECT * FROM ingestion.quarantined_row
          WHERE client_id = ${tx.clientId} AND sync_id = ${page.syncId} AND line > ${page.afterLine}
          ORDER BY line LIMIT ${page.fetch}
        ) AS next
      ) AS measured
      WHERE place <= 2 OR bytes <= ${MOST_BYTES}
      ORDER BY line`);
    const rows = found.map(({ line, column, reason, raw }) => ({ line, column, reason, raw }));
    return { rows, isCut: rows.length < Number(found[0]?.fetched ?? 0) };
  }
}
