-- The end state of this schema’s migrations, written by `npm run generate` and compared by a test.

GRANT USAGE ON SCHEMA ingestion TO laurel_ingestion;

CREATE TABLE ingestion.adjustment_day (
  client_id uuid NOT NULL,
  creator_id uuid NOT NULL,
  effective_date date NOT NULL,
  value bigint NOT NULL,
  CONSTRAINT adjustment_day_pkey PRIMARY KEY (client_id, creator_id, effective_date)
);
ALTER TABLE ingestion.adjustment_day ENABLE ROW LEVEL SECURITY;
ALTER TABLE ingestion.adjustment_day FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON ingestion.adjustment_day AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT, UPDATE ON ingestion.adjustment_day TO laurel_ingestion;

CREATE TABLE ingestion.client_directory (
  client_id uuid NOT NULL,
  id uuid NOT NULL,
  slug text NOT NULL,
  name text NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT client_directory_pkey PRIMARY KEY (client_id, id),
  CONSTRAINT client_directory_client_id_slug_key UNIQUE (client_id, slug),
  CONSTRAINT client_directory_client_id_check CHECK ((client_id = '00000000-0000-0000-0000-000000000000'::uuid)),
  CONSTRAINT client_directory_slug_check CHECK ((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text))
);
ALTER TABLE ingestion.client_directory ENABLE ROW LEVEL SECURITY;
ALTER TABLE ingestion.client_directory FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON ingestion.client_directory AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT ON ingestion.client_directory TO laurel_ingestion;

CREATE TABLE ingestion.completed_sync (
  client_id uuid NOT NULL,
  sequence bigint NOT NULL,
  sync_id uuid NOT NULL,
  business_date date NOT NULL,
  previous_business_date date,
  expected bigint NOT NULL,
  file_sha256 text NOT NULL,
  CONSTRAINT completed_sync_pkey PRIMARY KEY (client_id, sequence),
  CONSTRAINT completed_sync_client_id_sync_id_key UNIQUE (client_id, sync_id)
);
GRANT INSERT, SELECT ON ingestion.completed_sync TO laurel_ingestion;

CREATE TABLE ingestion.consumer_gap (
  consumer text NOT NULL,
  client_id uuid NOT NULL,
  subject text NOT NULL,
  version_before bigint NOT NULL,
  version_after bigint NOT NULL,
  noticed_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT consumer_gap_pkey PRIMARY KEY (consumer, client_id, subject, version_after)
);
GRANT INSERT, SELECT ON ingestion.consumer_gap TO laurel_ingestion;

CREATE TABLE ingestion.consumer_version (
  consumer text NOT NULL,
  client_id uuid NOT NULL,
  subject text NOT NULL,
  version bigint NOT NULL,
  CONSTRAINT consumer_version_pkey PRIMARY KEY (consumer, client_id, subject)
) WITH (fillfactor=70);
GRANT INSERT, SELECT, UPDATE ON ingestion.consumer_version TO laurel_ingestion;

CREATE TABLE ingestion.creator (
  client_id uuid NOT NULL,
  creator_id uuid NOT NULL,
  handle text COLLATE "C" NOT NULL,
  gmv_minor bigint NOT NULL,
  units bigint NOT NULL,
  sales_version bigint NOT NULL,
  tier smallint DEFAULT 1 NOT NULL,
  tier_version bigint DEFAULT 0 NOT NULL,
  onboarded_on date NOT NULL,
  first_video_on date NOT NULL,
  CONSTRAINT creator_pkey PRIMARY KEY (client_id, creator_id),
  CONSTRAINT creator_client_id_handle_key UNIQUE (client_id, handle),
  CONSTRAINT creator_tier_check CHECK (((tier >= 1) AND (tier <= 6))),
  CONSTRAINT handle_or_pseudonym CHECK (((handle ~ '^[a-z0-9._]{1,30}$'::text) OR (handle = ('erased:'::text || (creator_id)::text))))
) WITH (fillfactor=70);
CREATE INDEX creator_first_video ON ingestion.creator USING btree (client_id, first_video_on);
CREATE INDEX creator_of_a_tier ON ingestion.creator USING btree (client_id, tier, handle);
ALTER TABLE ingestion.creator ENABLE ROW LEVEL SECURITY;
ALTER TABLE ingestion.creator FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON ingestion.creator AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT, UPDATE ON ingestion.creator TO laurel_ingestion;

CREATE TABLE ingestion.data_key (
  client_id uuid NOT NULL,
  creator_id uuid NOT NULL,
  master_key_id text,
  wrapped bytea,
  made_at timestamp with time zone DEFAULT now() NOT NULL,
  rewrapped_at timestamp with time zone,
  destroyed_at timestamp with time zone,
  CONSTRAINT data_key_pkey PRIMARY KEY (client_id, creator_id),
  CONSTRAINT wrapped_until_destroyed CHECK ((((wrapped IS NULL) = (destroyed_at IS NOT NULL)) AND ((master_key_id IS NULL) = (destroyed_at IS NOT NULL))))
);
CREATE TRIGGER destroyed_for_good BEFORE UPDATE ON ingestion.data_key FOR EACH ROW WHEN ((old.destroyed_at IS NOT NULL)) EXECUTE FUNCTION ingestion.keep_destroyed_data_key();
ALTER TABLE ingestion.data_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE ingestion.data_key FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON ingestion.data_key AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT, UPDATE ON ingestion.data_key TO laurel_ingestion;

CREATE TABLE ingestion.erased_handle (
  client_id uuid NOT NULL,
  fingerprint bytea NOT NULL,
  creator_id uuid NOT NULL,
  erased_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT erased_handle_pkey PRIMARY KEY (client_id, fingerprint),
  CONSTRAINT erased_handle_client_id_creator_id_fkey FOREIGN KEY (client_id, creator_id) REFERENCES ingestion.creator(client_id, creator_id)
);
ALTER TABLE ingestion.erased_handle ENABLE ROW LEVEL SECURITY;
ALTER TABLE ingestion.erased_handle FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON ingestion.erased_handle AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT ON ingestion.erased_handle TO laurel_ingestion;

CREATE TABLE ingestion.erasure (
  client_id uuid NOT NULL,
  id uuid NOT NULL,
  creator_id uuid NOT NULL,
  status text DEFAULT 'checking'::text NOT NULL,
  forced boolean NOT NULL,
  reason text,
  requested_by text NOT NULL,
  requested_at timestamp with time zone NOT NULL,
  ended_at timestamp with time zone,
  handle text COLLATE "C",
  open_sync_id uuid,
  swept_sync_id uuid,
  swept_line bigint DEFAULT 0 NOT NULL,
  quarantined_rows bigint DEFAULT 0 NOT NULL,
  manifests bigint DEFAULT 0 NOT NULL,
  videos bigint DEFAULT 0 NOT NULL,
  CONSTRAINT erasure_pkey PRIMARY KEY (client_id, id),
  CONSTRAINT erasure_client_id_creator_id_fkey FOREIGN KEY (client_id, creator_id) REFERENCES ingestion.creator(client_id, creator_id),
  CONSTRAINT ended CHECK (((ended_at IS NOT NULL) = (status = ANY (ARRAY['refused'::text, 'done'::text])))),
  CONSTRAINT erasure_status_check CHECK ((status = ANY (ARRAY['checking'::text, 'refused'::text, 'erasing'::text, 'done'::text]))),
  CONSTRAINT forced_with_reason CHECK (((forced = (reason IS NOT NULL)) AND (char_length(btrim(reason)) >= 10))),
  CONSTRAINT nothing_left_when_done CHECK (((handle IS NULL) OR (status = 'erasing'::text)))
);
CREATE UNIQUE INDEX erasure_of_creator ON ingestion.erasure USING btree (client_id, creator_id) WHERE (status <> 'refused'::text);
CREATE INDEX erasure_on_its_way ON ingestion.erasure USING btree (client_id, status) WHERE (status = ANY (ARRAY['checking'::text, 'erasing'::text]));
ALTER TABLE ingestion.erasure ENABLE ROW LEVEL SECURITY;
ALTER TABLE ingestion.erasure FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON ingestion.erasure AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT, UPDATE ON ingestion.erasure TO laurel_ingestion;

CREATE TABLE ingestion.erasure_answer (
  client_id uuid NOT NULL,
  erasure_id uuid NOT NULL,
  service text NOT NULL,
  stage text NOT NULL,
  obligations jsonb NOT NULL,
  erased jsonb NOT NULL,
  answered_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT erasure_answer_pkey PRIMARY KEY (client_id, erasure_id, service, stage),
  CONSTRAINT erasure_answer_client_id_erasure_id_fkey FOREIGN KEY (client_id, erasure_id) REFERENCES ingestion.erasure(client_id, id),
  CONSTRAINT erasure_answer_service_check CHECK ((service = ANY (ARRAY['tier-evaluation'::text, 'redemption'::text, 'commission-boost'::text, 'ingestion'::text]))),
  CONSTRAINT erasure_answer_stage_check CHECK ((stage = ANY (ARRAY['checked'::text, 'erased'::text])))
);
ALTER TABLE ingestion.erasure_answer ENABLE ROW LEVEL SECURITY;
ALTER TABLE ingestion.erasure_answer FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON ingestion.erasure_answer AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT ON ingestion.erasure_answer TO laurel_ingestion;

CREATE TABLE ingestion.idempotency_answer (
  client_id uuid NOT NULL,
  subject text NOT NULL,
  idempotency_key text NOT NULL,
  fingerprint text NOT NULL,
  status smallint NOT NULL,
  headers jsonb NOT NULL,
  body text,
  answered_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT idempotency_answer_pkey PRIMARY KEY (client_id, subject, idempotency_key),
  CONSTRAINT idempotency_answer_status_check CHECK (((status >= 200) AND (status <= 299)))
);
ALTER TABLE ingestion.idempotency_answer ENABLE ROW LEVEL SECURITY;
ALTER TABLE ingestion.idempotency_answer FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON ingestion.idempotency_answer AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT ON ingestion.idempotency_answer TO laurel_ingestion;

CREATE TABLE ingestion.inbox (
  consumer text NOT NULL,
  event_id uuid NOT NULL,
  received_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT inbox_pkey PRIMARY KEY (consumer, event_id)
);
GRANT INSERT, SELECT ON ingestion.inbox TO laurel_ingestion;

CREATE TABLE ingestion.migration (
  id integer DEFAULT nextval('ingestion.migration_id_seq'::regclass) NOT NULL,
  "timestamp" bigint NOT NULL,
  name character varying NOT NULL,
  CONSTRAINT "PK_3043fc6b8af7c99b8b98830094f" PRIMARY KEY (id)
);

CREATE TABLE ingestion.outbox (
  written_at timestamp with time zone DEFAULT now() NOT NULL,
  shard smallint NOT NULL,
  xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  topic text NOT NULL,
  partition smallint NOT NULL,
  key text NOT NULL,
  value text NOT NULL
) PARTITION BY RANGE (written_at);
CREATE INDEX outbox_order ON ONLY ingestion.outbox USING btree (shard, xid, id);
GRANT INSERT, SELECT ON ingestion.outbox TO laurel_ingestion;

CREATE TABLE ingestion.parked_audit (
  id uuid DEFAULT uuidv7() NOT NULL,
  parked_id uuid NOT NULL,
  consumer text,
  client_id uuid,
  aggregate_id text,
  action text NOT NULL,
  actor text NOT NULL,
  detail text DEFAULT ''::text NOT NULL,
  happened_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT parked_audit_pkey PRIMARY KEY (id)
);
GRANT INSERT, SELECT ON ingestion.parked_audit TO laurel_ingestion;

CREATE TABLE ingestion.parked_event (
  parked_id uuid NOT NULL,
  "position" bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  topic text NOT NULL,
  partition smallint NOT NULL,
  kafka_offset bigint NOT NULL,
  event_id uuid NOT NULL,
  subject text NOT NULL,
  version bigint NOT NULL,
  value text NOT NULL,
  CONSTRAINT parked_event_pkey PRIMARY KEY (parked_id, "position"),
  CONSTRAINT parked_event_parked_id_event_id_key UNIQUE (parked_id, event_id),
  CONSTRAINT parked_event_parked_id_subject_version_key UNIQUE (parked_id, subject, version),
  CONSTRAINT parked_event_parked_id_fkey FOREIGN KEY (parked_id) REFERENCES ingestion.parked_key(id) ON DELETE CASCADE
);
GRANT DELETE, INSERT, SELECT, UPDATE ON ingestion.parked_event TO laurel_ingestion;

CREATE TABLE ingestion.parked_key (
  id uuid DEFAULT uuidv7() NOT NULL,
  consumer text NOT NULL,
  client_id uuid NOT NULL,
  aggregate_id text NOT NULL,
  nature text NOT NULL,
  status text DEFAULT 'parked'::text NOT NULL,
  reason text NOT NULL,
  attempts integer DEFAULT 1 NOT NULL,
  parked_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT parked_key_pkey PRIMARY KEY (id),
  CONSTRAINT parked_key_consumer_client_id_aggregate_id_key UNIQUE (consumer, client_id, aggregate_id),
  CONSTRAINT parked_key_nature_check CHECK ((nature = ANY (ARRAY['state'::text, 'difference'::text, 'fact'::text]))),
  CONSTRAINT parked_key_status_check CHECK ((status = ANY (ARRAY['parked'::text, 'releasing'::text])))
);
GRANT DELETE, INSERT, SELECT, UPDATE ON ingestion.parked_key TO laurel_ingestion;

CREATE TABLE ingestion.parked_record (
  id uuid DEFAULT uuidv7() NOT NULL,
  topic text NOT NULL,
  partition smallint NOT NULL,
  kafka_offset bigint NOT NULL,
  record_key bytea,
  value bytea,
  reason text NOT NULL,
  parked_at timestamp with time zone DEFAULT now() NOT NULL,
  discarded_at timestamp with time zone,
  CONSTRAINT parked_record_pkey PRIMARY KEY (id),
  CONSTRAINT parked_record_topic_partition_kafka_offset_key UNIQUE (topic, partition, kafka_offset)
);
GRANT INSERT, SELECT, UPDATE ON ingestion.parked_record TO laurel_ingestion;

CREATE TABLE ingestion.partition_setting (
  parent text NOT NULL,
  storage_parameters text NOT NULL,
  CONSTRAINT partition_setting_pkey PRIMARY KEY (parent)
);

CREATE TABLE ingestion.program (
  client_id uuid NOT NULL,
  version bigint NOT NULL,
  currency text NOT NULL,
  timezone text NOT NULL,
  metric text NOT NULL,
  CONSTRAINT program_pkey PRIMARY KEY (client_id),
  CONSTRAINT program_metric_check CHECK ((metric = ANY (ARRAY['sales'::text, 'units'::text])))
);
ALTER TABLE ingestion.program ENABLE ROW LEVEL SECURITY;
ALTER TABLE ingestion.program FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON ingestion.program AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT, UPDATE ON ingestion.program TO laurel_ingestion;

CREATE TABLE ingestion.programme_date (
  client_id uuid NOT NULL,
  programme_date date NOT NULL,
  version bigint NOT NULL,
  CONSTRAINT programme_date_pkey PRIMARY KEY (client_id)
);
ALTER TABLE ingestion.programme_date ENABLE ROW LEVEL SECURITY;
ALTER TABLE ingestion.programme_date FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON ingestion.programme_date AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT, UPDATE ON ingestion.programme_date TO laurel_ingestion;

CREATE TABLE ingestion.quarantined_row (
  client_id uuid NOT NULL,
  sync_id uuid NOT NULL,
  line bigint NOT NULL,
  column_name text,
  reason text NOT NULL,
  raw text NOT NULL,
  CONSTRAINT quarantined_row_pkey PRIMARY KEY (client_id, sync_id, line),
  CONSTRAINT quarantined_row_client_id_sync_id_fkey FOREIGN KEY (client_id, sync_id) REFERENCES ingestion.sync(client_id, sync_id)
);
ALTER TABLE ingestion.quarantined_row ENABLE ROW LEVEL SECURITY;
ALTER TABLE ingestion.quarantined_row FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON ingestion.quarantined_row AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT ON ingestion.quarantined_row TO laurel_ingestion;

CREATE TABLE ingestion.reconciliation_finding (
  client_id uuid NOT NULL,
  id uuid DEFAULT uuidv7() NOT NULL,
  kind text NOT NULL,
  subject_kind text NOT NULL,
  subject_id uuid NOT NULL,
  expected text NOT NULL,
  found text NOT NULL,
  first_run bigint NOT NULL,
  last_run bigint NOT NULL,
  first_seen_at timestamp with time zone DEFAULT now() NOT NULL,
  last_seen_at timestamp with time zone DEFAULT now() NOT NULL,
  resolved_run bigint,
  resolved_at timestamp with time zone,
  CONSTRAINT reconciliation_finding_pkey PRIMARY KEY (client_id, id),
  CONSTRAINT reconciliation_finding_client_id_first_run_fkey FOREIGN KEY (client_id, first_run) REFERENCES ingestion.reconciliation_run(client_id, number),
  CONSTRAINT reconciliation_finding_client_id_last_run_fkey FOREIGN KEY (client_id, last_run) REFERENCES ingestion.reconciliation_run(client_id, number),
  CONSTRAINT reconciliation_finding_client_id_resolved_run_fkey FOREIGN KEY (client_id, resolved_run) REFERENCES ingestion.reconciliation_run(client_id, number),
  CONSTRAINT reconciliation_finding_check CHECK (((resolved_run IS NULL) = (resolved_at IS NULL))),
  CONSTRAINT reconciliation_finding_subject_kind_check CHECK ((subject_kind = ANY (ARRAY['client'::text, 'creator'::text, 'video'::text])))
) WITH (fillfactor=70);
CREATE UNIQUE INDEX reconciliation_finding_open ON ingestion.reconciliation_finding USING btree (client_id, kind, subject_id) WHERE (resolved_run IS NULL);
ALTER TABLE ingestion.reconciliation_finding ENABLE ROW LEVEL SECURITY;
ALTER TABLE ingestion.reconciliation_finding FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON ingestion.reconciliation_finding AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT, UPDATE ON ingestion.reconciliation_finding TO laurel_ingestion;

CREATE TABLE ingestion.reconciliation_run (
  client_id uuid NOT NULL,
  number bigint NOT NULL,
  night date,
  asked_by text,
  status text DEFAULT 'running'::text NOT NULL,
  comparison text DEFAULT ''::text NOT NULL,
  compared_up_to text,
  compared bigint DEFAULT 0 NOT NULL,
  differences bigint DEFAULT 0 NOT NULL,
  resolved bigint DEFAULT 0 NOT NULL,
  started_at timestamp with time zone DEFAULT now() NOT NULL,
  finished_at timestamp with time zone,
  CONSTRAINT reconciliation_run_pkey PRIMARY KEY (client_id, number),
  CONSTRAINT reconciliation_run_check CHECK (((night IS NULL) <> (asked_by IS NULL))),
  CONSTRAINT reconciliation_run_check1 CHECK (((status = 'running'::text) = (finished_at IS NULL))),
  CONSTRAINT reconciliation_run_status_check CHECK ((status = ANY (ARRAY['running'::text, 'done'::text, 'superseded'::text])))
);
CREATE UNIQUE INDEX reconciliation_run_night ON ingestion.reconciliation_run USING btree (client_id, night);
CREATE UNIQUE INDEX reconciliation_run_running ON ingestion.reconciliation_run USING btree (client_id) WHERE (status = 'running'::text);
ALTER TABLE ingestion.reconciliation_run ENABLE ROW LEVEL SECURITY;
ALTER TABLE ingestion.reconciliation_run FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON ingestion.reconciliation_run AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT, UPDATE ON ingestion.reconciliation_run TO laurel_ingestion;

CREATE TABLE ingestion.relay_cursor (
  shard smallint NOT NULL,
  epoch bigint DEFAULT 0 NOT NULL,
  xid xid8 DEFAULT '0'::xid8 NOT NULL,
  id bigint DEFAULT 0 NOT NULL,
  published bigint DEFAULT 0 NOT NULL,
  moved_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT relay_cursor_pkey PRIMARY KEY (shard)
);
GRANT SELECT, UPDATE ON ingestion.relay_cursor TO laurel_ingestion;

CREATE TABLE ingestion.sales_entry (
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
  CONSTRAINT sales_entry_pkey PRIMARY KEY (client_id, creator_id, business_date, sync_sequence, video_key)
) PARTITION BY RANGE (business_date);
ALTER TABLE ingestion.sales_entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE ingestion.sales_entry FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON ingestion.sales_entry AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT ON ingestion.sales_entry TO laurel_ingestion;

CREATE UNLOGGED TABLE ingestion.staged_difference (
  client_id uuid NOT NULL,
  sync_id uuid NOT NULL,
  kind text NOT NULL,
  repeated boolean NOT NULL,
  line bigint NOT NULL,
  video_key uuid NOT NULL,
  post_date date NOT NULL,
  creator_id uuid,
  new_creator boolean NOT NULL,
  views bigint NOT NULL,
  likes bigint NOT NULL,
  comments bigint NOT NULL,
  gmv_minor bigint NOT NULL,
  units bigint NOT NULL,
  handle text COLLATE "C" NOT NULL,
  url text,
  raw text,
  CONSTRAINT staged_difference_kind_check CHECK ((kind = ANY (ARRAY['new'::text, 'changed'::text, 'unchanged'::text, 'duplicate'::text, 'owner_changed'::text])))
) WITH (autovacuum_analyze_scale_factor=0.05, autovacuum_vacuum_scale_factor=0.05);
CREATE INDEX staged_difference_creator ON ingestion.staged_difference USING btree (client_id, sync_id, creator_id);
CREATE INDEX staged_difference_moved_away ON ingestion.staged_difference USING btree (client_id, sync_id, line) WHERE (kind = 'owner_changed'::text);
CREATE INDEX staged_difference_repeated ON ingestion.staged_difference USING btree (client_id, sync_id, video_key) WHERE repeated;
GRANT DELETE, INSERT, SELECT, UPDATE ON ingestion.staged_difference TO laurel_ingestion;

CREATE UNLOGGED TABLE ingestion.staged_row (
  client_id uuid DEFAULT (current_setting('laurel.client_id'::text))::uuid NOT NULL,
  sync_id uuid DEFAULT (current_setting('laurel.sync_id'::text))::uuid NOT NULL,
  line bigint NOT NULL,
  video_key uuid,
  post_date date,
  views bigint,
  likes bigint,
  comments bigint,
  gmv_minor bigint,
  units bigint,
  handle text COLLATE "C",
  url text,
  column_name text,
  reason text,
  raw text NOT NULL
) WITH (autovacuum_analyze_scale_factor=0.05, autovacuum_vacuum_scale_factor=0.05);
CREATE INDEX staged_row_faulty ON ingestion.staged_row USING btree (client_id, sync_id, line) WHERE (reason IS NOT NULL);
GRANT DELETE, INSERT, SELECT, UPDATE ON ingestion.staged_row TO laurel_ingestion;

CREATE TABLE ingestion.sync (
  client_id uuid NOT NULL,
  sync_id uuid NOT NULL,
  business_date date NOT NULL,
  status text DEFAULT 'receiving'::text NOT NULL,
  dry_run boolean NOT NULL,
  currency text NOT NULL,
  bytes_received bigint DEFAULT 0 NOT NULL,
  bytes_announced bigint,
  file_sha256 text,
  rows_read bigint DEFAULT 0 NOT NULL,
  rows_faulty bigint DEFAULT 0 NOT NULL,
  ignored_columns text[] DEFAULT '{}'::text[] NOT NULL,
  manifest jsonb,
  hold jsonb,
  decided_by text,
  decided_at timestamp with time zone,
  sequence bigint,
  previous_business_date date,
  booked_up_to uuid,
  rows_booked bigint DEFAULT 0 NOT NULL,
  events_appended bigint DEFAULT 0 NOT NULL,
  error jsonb,
  received_at timestamp with time zone DEFAULT now() NOT NULL,
  published_at timestamp with time zone,
  CONSTRAINT sync_pkey PRIMARY KEY (client_id, sync_id),
  CONSTRAINT sync_client_id_fkey FOREIGN KEY (client_id) REFERENCES ingestion.tenant(client_id),
  CONSTRAINT sync_check CHECK (((sequence IS NOT NULL) = (status = ANY (ARRAY['booking'::text, 'published'::text, 'applied'::text])))),
  CONSTRAINT sync_file_sha256_check CHECK ((file_sha256 ~ '^[0-9a-f]{64}$'::text)),
  CONSTRAINT sync_sequence_check CHECK ((sequence > 0)),
  CONSTRAINT sync_status_check CHECK ((status = ANY (ARRAY['receiving'::text, 'staged'::text, 'held'::text, 'booking'::text, 'published'::text, 'applied'::text, 'failed'::text, 'discarded'::text, 'dry_run'::text])))
) WITH (fillfactor=70);
CREATE INDEX sync_not_applied ON ingestion.sync USING btree (client_id) WHERE (status = 'published'::text);
CREATE UNIQUE INDEX sync_one_booking_of_a_file ON ingestion.sync USING btree (client_id, business_date, file_sha256) WHERE (status = ANY (ARRAY['booking'::text, 'published'::text, 'applied'::text]));
CREATE UNIQUE INDEX sync_one_open ON ingestion.sync USING btree (client_id) WHERE (status = ANY (ARRAY['receiving'::text, 'staged'::text, 'held'::text, 'booking'::text]));
CREATE UNIQUE INDEX sync_sequence ON ingestion.sync USING btree (client_id, sequence);
CREATE TRIGGER legal_step BEFORE UPDATE ON ingestion.sync FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION ingestion.refuse_illegal_step();
CREATE TRIGGER only_while_receiving BEFORE DELETE ON ingestion.sync FOR EACH ROW WHEN ((old.status <> 'receiving'::text)) EXECUTE FUNCTION ingestion.refuse_removal();
ALTER TABLE ingestion.sync ENABLE ROW LEVEL SECURITY;
ALTER TABLE ingestion.sync FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON ingestion.sync AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT DELETE, INSERT, SELECT, UPDATE ON ingestion.sync TO laurel_ingestion;

CREATE TABLE ingestion.sync_application (
  client_id uuid NOT NULL,
  sync_id uuid NOT NULL,
  service text NOT NULL,
  CONSTRAINT sync_application_pkey PRIMARY KEY (client_id, sync_id, service),
  CONSTRAINT sync_application_client_id_sync_id_fkey FOREIGN KEY (client_id, sync_id) REFERENCES ingestion.sync(client_id, sync_id),
  CONSTRAINT sync_application_service_check CHECK ((service = ANY (ARRAY['tier-evaluation'::text, 'commission-boost'::text])))
);
ALTER TABLE ingestion.sync_application ENABLE ROW LEVEL SECURITY;
ALTER TABLE ingestion.sync_application FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON ingestion.sync_application AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT ON ingestion.sync_application TO laurel_ingestion;

CREATE TABLE ingestion.sync_count (
  client_id uuid NOT NULL,
  sequence bigint NOT NULL,
  partition smallint NOT NULL,
  seen bigint NOT NULL,
  CONSTRAINT sync_count_pkey PRIMARY KEY (client_id, sequence, partition)
) WITH (fillfactor=50);
GRANT INSERT, SELECT, UPDATE ON ingestion.sync_count TO laurel_ingestion;

CREATE TABLE ingestion.tenant (
  client_id uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT tenant_pkey PRIMARY KEY (client_id)
);
GRANT INSERT, SELECT ON ingestion.tenant TO laurel_ingestion;

CREATE TABLE ingestion.video (
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
  CONSTRAINT video_pkey PRIMARY KEY (client_id, video_key, post_date)
) PARTITION BY RANGE (post_date);
ALTER TABLE ingestion.video ENABLE ROW LEVEL SECURITY;
ALTER TABLE ingestion.video FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON ingestion.video AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT, UPDATE ON ingestion.video TO laurel_ingestion;

CREATE TABLE ingestion.watermark (
  client_id uuid NOT NULL,
  completed_sequence bigint DEFAULT 0 NOT NULL,
  sequence bigint DEFAULT 0 NOT NULL,
  business_date date,
  applied_sequence bigint DEFAULT 0 NOT NULL,
  moved_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT watermark_pkey PRIMARY KEY (client_id)
);
GRANT INSERT, SELECT, UPDATE ON ingestion.watermark TO laurel_ingestion;

CREATE OR REPLACE FUNCTION ingestion.attach_partition(parent text, child text, bounds text)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
    DECLARE
      secured boolean;
      parameters text;
    BEGIN
      IF parent !~ '^[a-z_]+$' OR child !~ '^[a-z0-9_]+$' THEN
        RAISE EXCEPTION 'not a table name: % / %', parent, child;
      END IF;
      PERFORM pg_advisory_xact_lock(hashtextextended('ingestion.' || parent, 7));
      IF EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.relnamespace = 'ingestion'::regnamespace AND c.relname = child) THEN
        RETURN false;
      END IF;
      SELECT relforcerowsecurity INTO STRICT secured FROM pg_class WHERE oid = to_regclass('ingestion.' || parent);
      SELECT storage_parameters INTO parameters FROM ingestion.partition_setting s WHERE s.parent = attach_partition.parent;
      EXECUTE format('CREATE TABLE ingestion.%I (LIKE ingestion.%I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE)', child, parent);
      IF parameters IS NOT NULL THEN
        EXECUTE format('ALTER TABLE ingestion.%I SET (%s)', child, parameters);
      END IF;
      IF secured THEN
        EXECUTE format('ALTER TABLE ingestion.%I ENABLE ROW LEVEL SECURITY', child);
        EXECUTE format('ALTER TABLE ingestion.%I FORCE ROW LEVEL SECURITY', child);
        EXECUTE format('CREATE POLICY tenant ON ingestion.%I USING (client_id = (SELECT nullif(current_setting(''laurel.client_id'', true), '''')::uuid))', child);
      END IF;
      EXECUTE format('ALTER TABLE ingestion.%I ATTACH PARTITION ingestion.%I %s', parent, child, bounds);
      RETURN true;
    END $function$
;

CREATE OR REPLACE FUNCTION ingestion.clear_staging(target text, sync uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  DECLARE
    others boolean;
  BEGIN
    IF target NOT IN ('staged_row', 'staged_difference') THEN
      RAISE EXCEPTION 'not a staging table: %', target;
    END IF;
    BEGIN
      EXECUTE format('LOCK TABLE ingestion.%I IN ACCESS EXCLUSIVE MODE NOWAIT', target);
      EXECUTE format('SELECT EXISTS (SELECT FROM ingestion.%I r WHERE r.sync_id <> $1)', target) INTO others USING sync;
      IF NOT others THEN
        EXECUTE format('TRUNCATE ingestion.%I', target);
        RETURN;
      END IF;
      RAISE EXCEPTION 'others have rows there' USING ERRCODE = 'lock_not_available';
    EXCEPTION WHEN lock_not_available THEN
      NULL;
    END;
    EXECUTE format('DELETE FROM ingestion.%I r WHERE r.sync_id = $1', target) USING sync;
  END $function$
;

CREATE OR REPLACE FUNCTION ingestion.drop_published_outbox(keep_days integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET lock_timeout TO '200ms'
AS $function$
    DECLARE
      child text;
      dropped integer := 0;
    BEGIN
      FOR child IN
        SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'ingestion.outbox'::regclass
          AND to_date(right(c.relname, 8), 'YYYYMMDD') < (now() AT TIME ZONE 'UTC')::date - greatest(keep_days, 1)
        ORDER BY c.relname
      LOOP
        CONTINUE WHEN ingestion.has_unpublished(child);
        LOCK TABLE ONLY ingestion.outbox IN ACCESS EXCLUSIVE MODE;
        IF NOT ingestion.has_unpublished(child) THEN
          EXECUTE format('DROP TABLE ingestion.%I', child);
          dropped := dropped + 1;
        END IF;
      END LOOP;
      RETURN dropped;
    EXCEPTION WHEN lock_not_available THEN
      RETURN 0;
    END $function$
;

CREATE OR REPLACE FUNCTION ingestion.ensure_list_partition(parent text, client uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    BEGIN
      RETURN ingestion.attach_partition(parent, parent || '_' || replace(client::text, '-', ''),
        format('FOR VALUES IN (%L)', client));
    END $function$
;

CREATE OR REPLACE FUNCTION ingestion.ensure_range_partition(parent text, lower_bound text, upper_bound text, suffix text)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    BEGIN
      RETURN ingestion.attach_partition(parent, parent || '_' || suffix,
        format('FOR VALUES FROM (%L) TO (%L)', lower_bound, upper_bound));
    END $function$
;

CREATE OR REPLACE FUNCTION ingestion.erase_quarantined(sync uuid, lines bigint[])
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  DECLARE
    gone bigint;
  BEGIN
    UPDATE ingestion.quarantined_row SET raw = ''
    WHERE client_id = (SELECT nullif(current_setting('laurel.client_id', true), '')::uuid)
      AND sync_id = sync AND line = ANY (lines) AND raw <> '';
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
  END $function$
;

CREATE OR REPLACE FUNCTION ingestion.has_unpublished(child text)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
    DECLARE
      found boolean;
    BEGIN
      EXECUTE format('SELECT EXISTS (SELECT FROM ingestion.%I o JOIN ingestion.relay_cursor c USING (shard)
                                     WHERE (o.xid, o.id) > (c.xid, c.id))', child) INTO found;
      RETURN found;
    END $function$
;

CREATE OR REPLACE FUNCTION ingestion.keep_destroyed_data_key()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    BEGIN
      RAISE EXCEPTION 'the data key of creator % is destroyed', OLD.creator_id;
    END $function$
;

CREATE OR REPLACE FUNCTION ingestion.open_erasures()
 RETURNS TABLE(client_id uuid, id uuid, to_carry_out boolean)
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  DECLARE
    before text := current_setting('laurel.client_id', true);
    each_client uuid;
  BEGIN
    FOR each_client IN SELECT t.client_id FROM ingestion.tenant t LOOP
      PERFORM set_config('laurel.client_id', each_client::text, true);
      RETURN QUERY SELECT e.client_id, e.id, e.status = 'erasing' AND NOT EXISTS (
          SELECT FROM ingestion.erasure_answer a WHERE a.client_id = e.client_id AND a.erasure_id = e.id
            AND a.service = 'ingestion' AND a.stage = 'erased')
        FROM ingestion.erasure e WHERE e.client_id = each_client AND e.status IN ('checking', 'erasing');
    END LOOP;
    PERFORM set_config('laurel.client_id', coalesce(before, ''), true);
  END $function$
;

CREATE OR REPLACE FUNCTION ingestion.refuse_illegal_step()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  BEGIN
    IF (OLD.status, NEW.status) NOT IN (('receiving', 'staged'), ('staged', 'held'), ('staged', 'booking'), ('held', 'booking'), ('booking', 'published'), ('published', 'applied'), ('receiving', 'failed'), ('staged', 'failed'), ('held', 'discarded'), ('staged', 'dry_run')) THEN
      RAISE EXCEPTION 'a sync does not go from % to %', OLD.status, NEW.status USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END $function$
;

CREATE OR REPLACE FUNCTION ingestion.refuse_removal()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  BEGIN
    RAISE EXCEPTION 'only the record of a file that was sent before is removed, and none that is %', OLD.status
      USING ERRCODE = 'check_violation';
  END $function$
;

CREATE OR REPLACE FUNCTION ingestion.unfinished_syncs()
 RETURNS TABLE(client_id uuid, sync_id uuid, status text)
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  DECLARE
    before text := current_setting('laurel.client_id', true);
    each_client uuid;
  BEGIN
    FOR each_client IN SELECT t.client_id FROM ingestion.tenant t LOOP
      PERFORM set_config('laurel.client_id', each_client::text, true);
      RETURN QUERY SELECT s.client_id, s.sync_id, s.status FROM ingestion.sync s
        WHERE s.client_id = each_client AND s.status IN ('receiving', 'staged', 'held', 'booking')
        UNION ALL SELECT s.client_id, s.sync_id, s.status FROM ingestion.sync s
        WHERE s.client_id = each_client AND s.status = 'published';
    END LOOP;
    PERFORM set_config('laurel.client_id', coalesce(before, ''), true);
  END $function$
;

GRANT EXECUTE ON FUNCTION ingestion.clear_staging(text,uuid) TO laurel_ingestion;
GRANT EXECUTE ON FUNCTION ingestion.drop_published_outbox(integer) TO laurel_ingestion;
GRANT EXECUTE ON FUNCTION ingestion.ensure_list_partition(text,uuid) TO laurel_ingestion;
GRANT EXECUTE ON FUNCTION ingestion.ensure_range_partition(text,text,text,text) TO laurel_ingestion;
GRANT EXECUTE ON FUNCTION ingestion.erase_quarantined(uuid,bigint[]) TO laurel_ingestion;
GRANT EXECUTE ON FUNCTION ingestion.open_erasures() TO laurel_ingestion;
GRANT EXECUTE ON FUNCTION ingestion.unfinished_syncs() TO laurel_ingestion;
