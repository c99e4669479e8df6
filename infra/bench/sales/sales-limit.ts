import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

const FIRST_MONTH = '2024-05-01';
const MONTHS = 26;

/** Tables that can hold what ingestion's hold, without what no statement of the limit needs: tenants' walls, copies. */
const TABLES = `
  CREATE SCHEMA sales_limit;
  CREATE UNLOGGED TABLE sales_limit.staged (
    video_key uuid, post_date date, views bigint, likes bigint, comments bigint, gmv_minor bigint, units bigint,
    handle text COLLATE "C", url text);
  CREATE TABLE sales_limit.creator (
    client_id uuid NOT NULL, creator_id uuid NOT NULL, handle text COLLATE "C" NOT NULL, gmv_minor bigint NOT NULL,
    units bigint NOT NULL, sales_version bigint NOT NULL, onboarded_on date NOT NULL, first_video_on date NOT NULL,
    PRIMARY KEY (client_id, creator_id), UNIQUE (client_id, handle)) WITH (fillfactor = 70);
  CREATE TABLE sales_limit.video (
    client_id uuid NOT NULL, video_key uuid NOT NULL, post_date date NOT NULL, creator_id uuid NOT NULL,
    views bigint NOT NULL, likes bigint NOT NULL, comments bigint NOT NULL, gmv_minor bigint NOT NULL,
    units bigint NOT NULL, url text NOT NULL,
    PRIMARY KEY (client_id, video_key, post_date)) PARTITION BY RANGE (post_date);
  CREATE TABLE sales_limit.sales_entry (
    client_id uuid NOT NULL, creator_id uuid NOT NULL, business_date date NOT NULL, sync_sequence bigint NOT NULL,
    video_key uuid NOT NULL, post_date date NOT NULL, first_sighting boolean NOT NULL, views bigint NOT NULL,
    likes bigint NOT NULL, comments bigint NOT NULL, gmv_minor bigint NOT NULL, units bigint NOT NULL,
    PRIMARY KEY (client_id, creator_id, business_date, sync_sequence, video_key));
  CREATE TABLE sales_limit.outbox (
    shard smallint NOT NULL, xid xid8 NOT NULL DEFAULT pg_current_xact_id(), id bigint GENERATED ALWAYS AS IDENTITY,
    topic text NOT NULL, partition smallint NOT NULL, key text NOT NULL, value text NOT NULL)
    WITH (toast_tuple_target = 8160);
  CREATE INDEX ON sales_limit.outbox (shard, xid, id);
  DO $$ BEGIN
    FOR month IN 0 .. ${MONTHS - 1} LOOP
      EXECUTE format('CREATE TABLE sales_limit.video_%s PARTITION OF sales_limit.video FOR VALUES FROM (%L) TO (%L)
                      WITH (fillfactor = 50)', month, date '${FIRST_MONTH}' + make_interval(months => month),
                      date '${FIRST_MONTH}' + make_interval(months => month + 1));
    END LOOP;
  END $$;`;

/** Everything that becomes of the file, in one statement. */
const BOOK = `
  WITH named AS MATERIALIZED (
    SELECT handle, coalesce(c.creator_id, uuidv7()) AS creator_id
    FROM (SELECT DISTINCT handle FROM sales_limit.staged) AS handles
    LEFT JOIN (SELECT * FROM sales_limit.creator WHERE client_id = $1) AS c USING (handle)
  ), merged AS (
    MERGE INTO sales_limit.video AS v
    USING (SELECT s.*, n.creator_id FROM sales_limit.staged s JOIN named n USING (handle)
           ORDER BY s.post_date, s.video_key) AS s
    ON v.client_id = $1 AND v.video_key = s.video_key AND v.post_date = s.post_date
    WHEN MATCHED AND (v.views <> s.views OR v.likes <> s.likes OR v.comments <> s.comments
                      OR v.gmv_minor <> s.gmv_minor OR v.units <> s.units)
      THEN UPDATE SET views = s.views, likes = s.likes, comments = s.comments, gmv_minor = s.gmv_minor, units = s.units
    WHEN NOT MATCHED
      THEN INSERT VALUES ($1, s.video_key, s.post_date, s.creator_id, s.views, s.likes, s.comments, s.gmv_minor,
                          s.units, s.url)
    RETURNING new.creator_id, new.video_key, new.post_date, s.handle, old.video_key IS NULL AS first_sighting,
              new.views - coalesce(old.views, 0) AS views, new.likes - coalesce(old.likes, 0) AS likes,
              new.comments - coalesce(old.comments, 0) AS comments,
              new.gmv_minor - coalesce(old.gmv_minor, 0) AS gmv_minor, new.units - coalesce(old.units, 0) AS units
  ), ledger AS (
    INSERT INTO sales_limit.sales_entry
    SELECT $1, creator_id, $2::date, $3::bigint, video_key, post_date, first_sighting, views, likes, comments,
           gmv_minor, units
    FROM merged
  ), by_post_date AS (
    SELECT creator_id, min(handle) AS handle, post_date, first_sighting, count(*) AS videos,
           sum(gmv_minor)::bigint AS gmv_minor, sum(units)::bigint AS units, sum(views)::bigint AS views,
           sum(likes)::bigint AS likes, sum(comments)::bigint AS comments
    FROM merged GROUP BY creator_id, post_date, first_sighting
  ), moved AS MATERIALIZED (
    SELECT creator_id, min(handle) AS handle, min(post_date) AS first_video_on, sum(gmv_minor)::bigint AS gmv_minor,
           sum(units)::bigint AS units,
           string_agg('{"postDate":"' || post_date || '","firstSighting":' || first_sighting || ',"gmvMinor":"' ||
             gmv_minor || '","units":"' || units || '","videos":' || videos || ',"views":' || views || ',"likes":' ||
             likes || ',"comments":' || comments || '}', ',') AS differences
    FROM by_post_date GROUP BY creator_id
  ), totals AS (
    INSERT INTO sales_limit.creator AS c
    SELECT $1, creator_id, handle, gmv_minor, units, 1, $2::date, first_video_on FROM moved
    ON CONFLICT (client_id, creator_id) DO UPDATE
    SET gmv_minor = c.gmv_minor + excluded.gmv_minor, units = c.units + excluded.units,
        sales_version = c.sales_version + 1
    RETURNING creator_id, gmv_minor, units, sales_version
  )
  INSERT INTO sales_limit.outbox (shard, topic, partition, key, value)
  SELECT 0, 'laurel.creator-sales', 0, $1 || ':' || creator_id,
    '{"specversion":"1.0","id":"' || gen_random_uuid() || '","type":"laurel.creator-sales.recorded.v1","source":' ||
    '"laurel/ingestion","subject":"' || creator_id || '","time":"' || now() || '","datacontenttype":"application/json",' ||
    '"clientid":"' || $1 || '","aggregateid":"' || creator_id || '","aggregateversion":' || totals.sales_version ||
    ',"data":{"syncId":"' || $1 || '","syncSequence":' || $3 || ',"businessDate":"' || $2 || '","lifetimeGmvMinor":"' ||
    totals.gmv_minor || '","lifetimeUnits":"' || totals.units || '","differences":[' || moved.differences || ']}}'
  FROM totals JOIN moved USING (creator_id)`;

/** What ingestion is held against: COPY of the parsed file and one statement, on the same Postgres. */
export class SalesLimit {
  readonly #pool: pg.Pool;
  #sequence = 0;

  private constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  static async create(pool: pg.Pool): Promise<SalesLimit> {
    await pool.query(TABLES);
    return new SalesLimit(pool);
  }

  /** @param cleanPath rows in COPY's text format @returns how long it took */
  async book(clientId: string, cleanPath: string): Promise<number> {
    const client = await this.#pool.connect();
    try {
      await client.query('TRUNCATE sales_limit.staged');
      const begun = performance.now();
      const copy = client.query(copyFrom('COPY sales_limit.staged FROM STDIN'));
      await pipeline(createReadStream(cleanPath, { highWaterMark: 262_144 }), copy);
      await client.query(`BEGIN; SET LOCAL work_mem = '256MB'; SET LOCAL enable_nestloop = off;
                          SET LOCAL enable_mergejoin = off`);
      await client.query(BOOK, [clientId, '2026-06-01', (this.#sequence += 1)]);
      await client.query('COMMIT');
      return (performance.now() - begun) / 1000;
    } finally {
      client.release();
    }
  }
}
