import { tenantTable } from '#libs/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const SCHEMA = 'ingestion';

/** Creators, the snapshot of their videos, and the ledger of what each sync has changed. */
export class VideosAndLedger1795372800002 implements MigrationInterface {
  readonly name = 'VideosAndLedger1795372800002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CREATOR);
    await runner.query(VIDEO);
    await runner.query(SALES_ENTRY);
    // One partition for all that lies before the platform, so that no file can make a partition a month back to year 1.
    for (const parent of ['video', 'sales_entry']) {
      await runner.query(
        `SELECT ${SCHEMA}.ensure_range_partition('${parent}', '-infinity', '2016-01-01', 'before_2016')`,
      );
    }
  }

  down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

const CREATOR = `
  -- A creator with its raw lifetime totals: the sums of its ledger. Room for updates in place: only totals and the
  -- copy of the tier change, and no index holds a total.
  CREATE TABLE ${SCHEMA}.creator (
    client_id uuid NOT NULL,
    creator_id uuid NOT NULL,
    handle text COLLATE "C" NOT NULL CHECK (handle ~ '^[a-z0-9._]{1,30}$'),
    gmv_minor bigint NOT NULL,
    units bigint NOT NULL,
    -- How many creator-sales events there are of it.
    sales_version bigint NOT NULL,
    tier smallint NOT NULL DEFAULT 1 CHECK (tier BETWEEN 1 AND 6),
    tier_version bigint NOT NULL DEFAULT 0,
    onboarded_on date NOT NULL,
    first_video_on date NOT NULL,
    PRIMARY KEY (client_id, creator_id),
    UNIQUE (client_id, handle)
  ) WITH (fillfactor = 70);
  CREATE INDEX creator_of_a_tier ON ${SCHEMA}.creator (client_id, tier, handle);
  ${tenantTable(SCHEMA, 'creator', ['select', 'insert', 'update'])}`;

const VIDEO = `
  -- Cumulative figures as of the client's last sync. The key is the first 16 bytes of SHA-256 of the URL. That one video
  -- does not appear in two months no key can say; the serialised comparison, which looks it up by its key alone, does.
  CREATE TABLE ${SCHEMA}.video (
    client_id uuid NOT NULL,
    video_key uuid NOT NULL,
    post_date date NOT NULL,
    creator_id uuid NOT NULL,
    views bigint NOT NULL,
    likes bigint NOT NULL,
    comments bigint NOT NULL,
    gmv_minor bigint NOT NULL,
    units bigint NOT NULL,
    url text NOT NULL,
    PRIMARY KEY (client_id, video_key, post_date)
  ) PARTITION BY RANGE (post_date);
  INSERT INTO ${SCHEMA}.partition_setting (parent, storage_parameters) VALUES ('video', 'fillfactor = 50');
  ${tenantTable(SCHEMA, 'video', ['select', 'insert', 'update'])}`;

const SALES_ENTRY = `
  -- The sales ledger: signed differences between one sync and the last, per video. Append-only, the truth for every sum.
  CREATE TABLE ${SCHEMA}.sales_entry (
    client_id uuid NOT NULL,
    creator_id uuid NOT NULL,
    business_date date NOT NULL,
    sync_sequence bigint NOT NULL,
    video_key uuid NOT NULL,
    post_date date NOT NULL,
    first_sighting boolean NOT NULL,
    views bigint NOT NULL,
    likes bigint NOT NULL,
    comments bigint NOT NULL,
    gmv_minor bigint NOT NULL,
    units bigint NOT NULL,
    PRIMARY KEY (client_id, creator_id, business_date, sync_sequence, video_key)
  ) PARTITION BY RANGE (business_date);
  ${tenantTable(SCHEMA, 'sales_entry', ['select', 'insert'])}`;
