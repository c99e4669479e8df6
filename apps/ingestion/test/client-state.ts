import { sql } from '#libs/persistence';
import type { HttpClient } from './http-world.ts';

/** All that the syncs of a client have left, without what differs from run to run: a digest and a count of each part. */
export type ClientState = Readonly<Record<string, unknown>>;

export async function stateOf(client: HttpClient): Promise<ClientState> {
  const [creators] = await client.rows(sql`
    SELECT count(*), md5(string_agg(concat_ws('|', handle, gmv_minor, units, sales_version, onboarded_on, first_video_on),
                                    ',' ORDER BY handle)) AS digest FROM ingestion.creator`);
  const [videos] = await client.rows(sql`
    SELECT count(*), sum(v.gmv_minor) AS gmv, md5(string_agg(concat_ws('|', c.handle, v.url, v.post_date, v.views, v.likes,
             v.comments, v.gmv_minor, v.units), ',' ORDER BY v.url)) AS digest
    FROM ingestion.video v JOIN ingestion.creator c USING (client_id, creator_id)`);
  const [entries] = await client.rows(sql`
    SELECT count(*), sum(e.gmv_minor) AS gmv, md5(string_agg(concat_ws('|', c.handle, e.business_date, e.sync_sequence,
             e.video_key, e.post_date, e.first_sighting, e.views, e.gmv_minor, e.units),
             ',' ORDER BY e.sync_sequence, e.video_key)) AS digest
    FROM ingestion.sales_entry e JOIN ingestion.creator c USING (client_id, creator_id)`);
  const events = await client.rows(sql`
    SELECT type, count(*), count(DISTINCT (subject, version)) AS once,
           md5(string_agg(concat_ws('|', handle, version, data - 'syncId'), ',' ORDER BY handle, version)) AS digest
    FROM (
      SELECT value::json ->> 'type' AS type, value::json ->> 'subject' AS subject,
             value::json ->> 'aggregateversion' AS version, value::jsonb -> 'data' AS data
      FROM ingestion.outbox WHERE key LIKE ${`${client.clientId}:%`}
    ) AS told LEFT JOIN ingestion.creator c ON c.creator_id::text = told.subject
    GROUP BY type ORDER BY type`);
  const syncs = await client.rows(sql`
    SELECT status, sequence, business_date::text, previous_business_date::text, rows_booked, events_appended, manifest
    FROM ingestion.sync WHERE status <> 'failed' ORDER BY sync_id`);
  const quarantined = await client.rows(sql`
    SELECT line, column_name, reason, raw FROM ingestion.quarantined_row ORDER BY sync_id, line`);
  return { creators, videos, entries, events, syncs, quarantined };
}
