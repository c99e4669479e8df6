import type { CreatorId, ErasureId, SyncId } from '#libs/kernel';
import { sql, trustedSql, type Statement, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { mentionPattern } from '../domain/handle/mentions.ts';
import { pseudonymOf } from '../domain/erasure/erasure.ts';

/** An erasure that is carried out, as far as it has come here. */
export interface Sweep {
  readonly id: ErasureId;
  readonly creatorId: CreatorId;
  /** null before the creator has lost it. */
  readonly handle: string | null;
  readonly openSyncId: SyncId | null;
  readonly sweptSyncId: SyncId | null;
  readonly sweptLine: number;
  readonly quarantinedRows: number;
  readonly manifests: number;
  readonly videos: number;
}

const PAGE = 1_000;
const BEGINNING = '00000000-0000-0000-0000-000000000000';

/** What is left of a handle in this service's tables, once the creator goes by its pseudonym. */
@Injectable()
export class ErasureSweepRepository {
  async lock(id: ErasureId, tx: TenantTransaction): Promise<Sweep | undefined> {
    const row = await tx.maybeOne<Omit<Sweep, 'sweptLine' | Counted> & Record<'sweptLine' | Counted, string>>(sql`
      SELECT id, creator_id AS "creatorId", handle, open_sync_id AS "openSyncId", swept_sync_id AS "sweptSyncId",
             swept_line AS "sweptLine", quarantined_rows AS "quarantinedRows", manifests, videos
      FROM ingestion.erasure
      WHERE client_id = ${tx.clientId} AND id = ${id} AND status = 'erasing' FOR NO KEY UPDATE SKIP LOCKED`);
    if (row === undefined) return undefined;
    const { sweptLine, quarantinedRows, manifests, videos, ...ids } = row;
    const counts = { quarantinedRows: Number(quarantinedRows), manifests: Number(manifests), videos: Number(videos) };
    return { ...ids, ...counts, sweptLine: Number(sweptLine) };
  }

  /** What is looked for from now on, and which file may still be on its way that does not know of it. */
  async begin(id: ErasureId, handle: string, tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`
      UPDATE ingestion.erasure SET handle = ${handle}, open_sync_id = (
        SELECT sync_id FROM ingestion.sync
        WHERE client_id = ${tx.clientId} AND status IN ('receiving', 'staged', 'held', 'booking'))
      WHERE client_id = ${tx.clientId} AND id = ${id}`);
  }

  /** True while a file is not compared yet, or its rows are not cleared. */
  async isOnItsWay(syncId: SyncId, tx: TenantTransaction): Promise<boolean> {
    const { waits } = await tx.one<{ waits: boolean }>(sql`
      SELECT EXISTS (SELECT FROM ingestion.sync WHERE client_id = ${tx.clientId} AND sync_id = ${syncId}
                       AND status IN ('receiving', 'staged'))
          OR EXISTS (SELECT FROM ingestion.staged_row WHERE client_id = ${tx.clientId} AND sync_id = ${syncId})
          AS waits`);
    return waits;
  }

  /** Of a file that is held, or half booked: nobody books it meanwhile, for the sync is claimed. */
  async sweepDifferences(sweep: Sweep & { openSyncId: SyncId; handle: string }, tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`
      UPDATE ingestion.staged_difference
      SET handle = CASE WHEN handle = ${sweep.handle} THEN ${pseudonymOf(sweep.creatorId)} ELSE handle END,
          url = CASE WHEN url IS NOT NULL THEN '' END, raw = CASE WHEN raw IS NOT NULL THEN '' END
      WHERE client_id = ${tx.clientId} AND sync_id = ${sweep.openSyncId}
        AND (handle = ${sweep.handle} OR creator_id = ${sweep.creatorId}
             OR lower(coalesce(url, '') || ' ' || coalesce(raw, '')) ~ ${mentionPattern(sweep.handle)})`);
  }

  /**
   * The next rows of the quarantine that name the handle or a video of the creator, and where to go on behind them. What
   * becomes of them needs a transaction of its own.
   */
  async pageOfQuarantine(
    { creatorId, handle, sweptSyncId, sweptLine }: Sweep & { handle: string },
    tx: TenantTransaction,
  ): Promise<{ readonly named: ReadonlyMap<SyncId, number[]>; readonly last: QuarantinePlace | undefined }> {
    const rows = await tx.many<{ sync_id: SyncId; line: string; named: boolean }>(sql`
      WITH address AS MATERIALIZED (
        SELECT substring(url FROM '://[^/]+(/.{8,})') AS path FROM (${videosOf(creatorId, tx)}) AS v WHERE url <> '')
      SELECT sync_id, line, lower(raw) ~ ${mentionPattern(handle)}
             OR EXISTS (SELECT FROM address WHERE position(path IN raw) > 0) AS named
      FROM (SELECT sync_id, line, raw FROM ingestion.quarantined_row
            WHERE client_id = ${tx.clientId} AND (sync_id, line) > (${sweptSyncId ?? BEGINNING}::uuid, ${sweptLine})
            ORDER BY sync_id, line LIMIT ${PAGE}) AS page
      ORDER BY sync_id, line`);
    const last = rows.at(-1);
    const named = Map.groupBy(
      rows.filter((row) => row.named),
      (row) => row.sync_id,
    );
    return {
      named: new Map([...named].map(([syncId, some]) => [syncId, some.map(({ line }) => Number(line))])),
      last: last && { syncId: last.sync_id, line: Number(last.line) },
    };
  }

  async sweepQuarantine(
    id: ErasureId,
    page: { readonly named: ReadonlyMap<SyncId, number[]>; readonly last: QuarantinePlace },
    tx: TenantTransaction,
  ): Promise<void> {
    let erased = 0;
    for (const [syncId, lines] of page.named) {
      const { gone } = await tx.one<{ gone: string }>(
        sql`SELECT ingestion.erase_quarantined(${syncId}::uuid, ${lines}::bigint[]) AS gone`,
      );
      erased += Number(gone);
    }
    await tx.execute(sql`
      UPDATE ingestion.erasure
      SET swept_sync_id = ${page.last.syncId}, swept_line = ${page.last.line},
          quarantined_rows = quarantined_rows + ${erased}
      WHERE client_id = ${tx.clientId} AND id = ${id}`);
  }

  /** Among the largest movements of manifests and holds. */
  async sweepManifests(sweep: Sweep & { handle: string }, tx: TenantTransaction): Promise<void> {
    const named = JSON.stringify([{ handle: sweep.handle }]);
    const renamed = (list: Statement) => sql`(
      SELECT coalesce(jsonb_agg(CASE WHEN m ->> 'handle' = ${sweep.handle}
               THEN m || jsonb_build_object('handle', ${pseudonymOf(sweep.creatorId)}::text) ELSE m END ORDER BY place), '[]')
      FROM jsonb_array_elements(${list}) WITH ORDINALITY AS moved (m, place))`;
    const [largest, falling] = [trustedSql(`manifest -> 'largest'`), trustedSql(`hold -> 'falling'`)];
    await tx.execute(sql`
      WITH renamed AS (
        UPDATE ingestion.sync
        SET manifest = CASE WHEN manifest IS NULL THEN NULL ELSE jsonb_set(manifest, '{largest}', ${renamed(largest)}) END,
            hold = CASE WHEN hold IS NULL THEN NULL ELSE jsonb_set(hold, '{falling}', ${renamed(falling)}) END
        WHERE client_id = ${tx.clientId} AND (${largest} @> ${named}::jsonb OR ${falling} @> ${named}::jsonb)
        RETURNING sync_id)
      UPDATE ingestion.erasure SET manifests = manifests + (SELECT count(*) FROM renamed)
      WHERE client_id = ${tx.clientId} AND id = ${sweep.id}`);
  }

  /** Videos of the creator, and of others whose address names it. Reads the client's snapshot once; writes nothing. */
  async listVideos(
    { creatorId, handle }: Sweep & { handle: string },
    tx: TenantTransaction,
  ): Promise<{ readonly keys: string[]; readonly postDates: string[] }> {
    return tx.one(sql`
      SELECT coalesce(array_agg(video_key::text), '{}') AS keys, coalesce(array_agg(post_date::text), '{}') AS "postDates"
      FROM (${videosOf(creatorId, tx)} UNION
            SELECT video_key, post_date, url FROM ingestion.video
            WHERE client_id = ${tx.clientId} AND lower(url) ~ ${mentionPattern(handle)}) AS v
      WHERE url <> ''`);
  }

  async sweepVideos(
    id: ErasureId,
    found: { readonly keys: readonly string[]; readonly postDates: readonly string[] },
    tx: TenantTransaction,
  ): Promise<void> {
    await tx.execute(sql`
      WITH gone AS (
        UPDATE ingestion.video v SET url = ''
        FROM unnest(${found.keys}::uuid[], ${found.postDates}::date[]) AS f (video_key, post_date)
        WHERE v.client_id = ${tx.clientId} AND v.video_key = f.video_key AND v.post_date = f.post_date AND v.url <> ''
        RETURNING v.video_key)
      UPDATE ingestion.erasure SET videos = videos + (SELECT count(*) FROM gone)
      WHERE client_id = ${tx.clientId} AND id = ${id}`);
  }

  /** Nothing is left to look for. */
  async end(id: ErasureId, tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`UPDATE ingestion.erasure SET handle = NULL WHERE client_id = ${tx.clientId} AND id = ${id}`);
  }
}

type Counted = 'quarantinedRows' | 'manifests' | 'videos';

interface QuarantinePlace {
  readonly syncId: SyncId;
  readonly line: number;
}

/** By the ledger, whose key begins with the creator: the snapshot's begins with the video. */
function videosOf(creatorId: CreatorId, tx: TenantTransaction): Statement {
  return sql`
    SELECT v.video_key, v.post_date, v.url
    FROM (SELECT DISTINCT video_key, post_date FROM ingestion.sales_entry
          WHERE client_id = ${tx.clientId} AND creator_id = ${creatorId}) AS e
    JOIN ingestion.video v ON v.client_id = ${tx.clientId} AND v.video_key = e.video_key AND v.post_date = e.post_date`;
}
