-- The end state of this schema’s migrations, written by `npm run generate` and compared by a test.

GRANT USAGE ON SCHEMA tier_evaluation TO laurel_tier_evaluation;

CREATE TABLE tier_evaluation.adjustment (
  client_id uuid NOT NULL,
  id uuid NOT NULL,
  creator_id uuid NOT NULL,
  number bigint NOT NULL,
  kind text NOT NULL,
  reason text NOT NULL,
  value bigint NOT NULL,
  effective_on date NOT NULL,
  program_version integer NOT NULL,
  recorded_by text NOT NULL,
  recorded_at timestamp with time zone NOT NULL,
  CONSTRAINT adjustment_pkey PRIMARY KEY (client_id, id),
  CONSTRAINT adjustment_client_id_creator_id_number_key UNIQUE (client_id, creator_id, number),
  CONSTRAINT adjustment_client_id_creator_id_fkey FOREIGN KEY (client_id, creator_id) REFERENCES tier_evaluation.standing(client_id, creator_id),
  CONSTRAINT adjustment_client_id_program_version_fkey FOREIGN KEY (client_id, program_version) REFERENCES tier_evaluation.program(client_id, version),
  CONSTRAINT adjustment_kind_check CHECK ((kind = ANY (ARRAY['manual_sale'::text, 'refund'::text, 'bonus'::text, 'correction'::text])))
);
ALTER TABLE tier_evaluation.adjustment ENABLE ROW LEVEL SECURITY;
ALTER TABLE tier_evaluation.adjustment FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON tier_evaluation.adjustment AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT ON tier_evaluation.adjustment TO laurel_tier_evaluation;

CREATE TABLE tier_evaluation.client_program (
  client_id uuid NOT NULL,
  version integer NOT NULL,
  promoted_version integer NOT NULL,
  CONSTRAINT client_program_pkey PRIMARY KEY (client_id),
  CONSTRAINT client_program_client_id_version_fkey FOREIGN KEY (client_id, version) REFERENCES tier_evaluation.program(client_id, version)
);
ALTER TABLE tier_evaluation.client_program ENABLE ROW LEVEL SECURITY;
ALTER TABLE tier_evaluation.client_program FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON tier_evaluation.client_program AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT, UPDATE ON tier_evaluation.client_program TO laurel_tier_evaluation;

CREATE TABLE tier_evaluation.completed_sync (
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
CREATE INDEX completed_sync_date ON tier_evaluation.completed_sync USING btree (client_id, business_date, sequence);
GRANT INSERT, SELECT ON tier_evaluation.completed_sync TO laurel_tier_evaluation;

CREATE TABLE tier_evaluation.consumer_gap (
  consumer text NOT NULL,
  client_id uuid NOT NULL,
  subject text NOT NULL,
  version_before bigint NOT NULL,
  version_after bigint NOT NULL,
  noticed_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT consumer_gap_pkey PRIMARY KEY (consumer, client_id, subject, version_after)
);
GRANT INSERT, SELECT ON tier_evaluation.consumer_gap TO laurel_tier_evaluation;

CREATE TABLE tier_evaluation.consumer_version (
  consumer text NOT NULL,
  client_id uuid NOT NULL,
  subject text NOT NULL,
  version bigint NOT NULL,
  CONSTRAINT consumer_version_pkey PRIMARY KEY (consumer, client_id, subject)
) WITH (fillfactor=70);
GRANT INSERT, SELECT, UPDATE ON tier_evaluation.consumer_version TO laurel_tier_evaluation;

CREATE TABLE tier_evaluation.creator_erasure (
  client_id uuid NOT NULL,
  erasure_id uuid NOT NULL,
  creator_id uuid NOT NULL,
  stage text NOT NULL,
  forced boolean NOT NULL,
  changed_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT creator_erasure_pkey PRIMARY KEY (client_id, erasure_id),
  CONSTRAINT creator_erasure_stage_check CHECK ((stage = ANY (ARRAY['checking'::text, 'refused'::text, 'erasing'::text, 'erased'::text])))
);
CREATE INDEX creator_erasure_of_creator ON tier_evaluation.creator_erasure USING btree (client_id, creator_id);
CREATE TRIGGER erased_for_good BEFORE UPDATE ON tier_evaluation.creator_erasure FOR EACH ROW WHEN ((old.stage = 'erased'::text)) EXECUTE FUNCTION tier_evaluation.keep_erased();
ALTER TABLE tier_evaluation.creator_erasure ENABLE ROW LEVEL SECURITY;
ALTER TABLE tier_evaluation.creator_erasure FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON tier_evaluation.creator_erasure AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT, UPDATE ON tier_evaluation.creator_erasure TO laurel_tier_evaluation;

CREATE TABLE tier_evaluation.day_entry (
  client_id uuid NOT NULL,
  creator_id uuid NOT NULL,
  booked_on date NOT NULL,
  effective_on date NOT NULL,
  sync_sequence bigint NOT NULL,
  adjustment_number bigint NOT NULL,
  value bigint NOT NULL,
  CONSTRAINT day_entry_pkey PRIMARY KEY (client_id, creator_id, booked_on, effective_on, sync_sequence, adjustment_number),
  CONSTRAINT day_entry_check CHECK ((effective_on <= booked_on))
) PARTITION BY RANGE (booked_on);
CREATE INDEX day_entry_sync ON ONLY tier_evaluation.day_entry USING btree (client_id, sync_sequence, adjustment_number);
ALTER TABLE tier_evaluation.day_entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE tier_evaluation.day_entry FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON tier_evaluation.day_entry AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT ON tier_evaluation.day_entry TO laurel_tier_evaluation;

CREATE TABLE tier_evaluation.decision (
  client_id uuid NOT NULL,
  creator_id uuid NOT NULL,
  number bigint NOT NULL,
  kind text NOT NULL,
  decided_for date NOT NULL,
  window_start date,
  due_date date,
  value bigint NOT NULL,
  threshold bigint NOT NULL,
  tier_before smallint NOT NULL,
  tier_after smallint NOT NULL,
  outcome text NOT NULL,
  tier_version integer NOT NULL,
  program_version integer NOT NULL,
  adjustments_counted bigint NOT NULL,
  base bigint NOT NULL,
  opening bigint NOT NULL,
  cause_kind text,
  cause_id uuid,
  decided_at timestamp with time zone DEFAULT now() NOT NULL,
  sync_sequence bigint NOT NULL,
  adjustment_number bigint NOT NULL,
  CONSTRAINT decision_pkey PRIMARY KEY (client_id, creator_id, number),
  CONSTRAINT decision_cause_kind_check CHECK ((cause_kind = ANY (ARRAY['sync'::text, 'adjustment'::text, 'program'::text]))),
  CONSTRAINT decision_check CHECK (((kind = 'promotion'::text) = (cause_kind IS NOT NULL))),
  CONSTRAINT decision_check1 CHECK (((cause_id IS NOT NULL) = COALESCE((cause_kind = ANY (ARRAY['sync'::text, 'adjustment'::text])), false))),
  CONSTRAINT decision_check2 CHECK (((kind = 'promotion'::text) OR ((window_start IS NOT NULL) AND (due_date = decided_for)))),
  CONSTRAINT decision_kind_check CHECK ((kind = ANY (ARRAY['promotion'::text, 'checkpoint'::text]))),
  CONSTRAINT decision_outcome_check CHECK ((outcome = ANY (ARRAY['promoted'::text, 'maintained'::text, 'demoted'::text])))
);
CREATE INDEX decision_cause ON tier_evaluation.decision USING btree (client_id, cause_id) WHERE (cause_kind = 'sync'::text);
CREATE UNIQUE INDEX decision_checkpoint ON tier_evaluation.decision USING btree (client_id, creator_id, window_start) WHERE (kind = 'checkpoint'::text);
CREATE INDEX decision_due ON tier_evaluation.decision USING btree (client_id, due_date) WHERE (kind = 'checkpoint'::text);
CREATE UNIQUE INDEX decision_promotion ON tier_evaluation.decision USING btree (client_id, creator_id, tier_version) WHERE (kind = 'promotion'::text);
ALTER TABLE tier_evaluation.decision ENABLE ROW LEVEL SECURITY;
ALTER TABLE tier_evaluation.decision FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON tier_evaluation.decision AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT ON tier_evaluation.decision TO laurel_tier_evaluation;

CREATE TABLE tier_evaluation.idempotency_answer (
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
ALTER TABLE tier_evaluation.idempotency_answer ENABLE ROW LEVEL SECURITY;
ALTER TABLE tier_evaluation.idempotency_answer FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON tier_evaluation.idempotency_answer AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT ON tier_evaluation.idempotency_answer TO laurel_tier_evaluation;

CREATE TABLE tier_evaluation.inbox (
  consumer text NOT NULL,
  event_id uuid NOT NULL,
  received_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT inbox_pkey PRIMARY KEY (consumer, event_id)
);
GRANT INSERT, SELECT ON tier_evaluation.inbox TO laurel_tier_evaluation;

CREATE TABLE tier_evaluation.ingested_total (
  client_id uuid NOT NULL,
  creator_id uuid NOT NULL,
  sync_sequence bigint NOT NULL,
  business_date date NOT NULL,
  program_version integer NOT NULL,
  lifetime bigint NOT NULL,
  CONSTRAINT ingested_total_pkey PRIMARY KEY (client_id, creator_id)
) WITH (fillfactor=70);
ALTER TABLE tier_evaluation.ingested_total ENABLE ROW LEVEL SECURITY;
ALTER TABLE tier_evaluation.ingested_total FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON tier_evaluation.ingested_total AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT, UPDATE ON tier_evaluation.ingested_total TO laurel_tier_evaluation;

CREATE TABLE tier_evaluation.leaderboard (
  client_id uuid NOT NULL,
  edition bigint DEFAULT 0 NOT NULL,
  sync_sequence bigint DEFAULT 0 NOT NULL,
  swept_edition bigint DEFAULT 0 NOT NULL,
  attempt bigint DEFAULT 0 NOT NULL,
  whole boolean DEFAULT true NOT NULL,
  CONSTRAINT leaderboard_pkey PRIMARY KEY (client_id)
);
ALTER TABLE tier_evaluation.leaderboard ENABLE ROW LEVEL SECURITY;
ALTER TABLE tier_evaluation.leaderboard FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON tier_evaluation.leaderboard AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT, UPDATE ON tier_evaluation.leaderboard TO laurel_tier_evaluation;

CREATE TABLE tier_evaluation.leaderboard_boundary (
  client_id uuid NOT NULL,
  edition bigint NOT NULL,
  value bigint NOT NULL,
  above bigint NOT NULL,
  reached bigint NOT NULL,
  CONSTRAINT leaderboard_boundary_pkey PRIMARY KEY (client_id, edition, value)
);
ALTER TABLE tier_evaluation.leaderboard_boundary ENABLE ROW LEVEL SECURITY;
ALTER TABLE tier_evaluation.leaderboard_boundary FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON tier_evaluation.leaderboard_boundary AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT DELETE, INSERT, SELECT, UPDATE ON tier_evaluation.leaderboard_boundary TO laurel_tier_evaluation;

CREATE TABLE tier_evaluation.leaderboard_place (
  client_id uuid NOT NULL,
  creator_id uuid NOT NULL,
  shown_from bigint NOT NULL,
  shown_until bigint DEFAULT '9223372036854775807'::bigint NOT NULL,
  value bigint NOT NULL,
  waiting boolean NOT NULL,
  CONSTRAINT leaderboard_place_pkey PRIMARY KEY (client_id, creator_id, shown_from)
) WITH (autovacuum_vacuum_scale_factor=0.05, fillfactor=80);
CREATE INDEX leaderboard_place_value ON tier_evaluation.leaderboard_place USING btree (client_id, value, creator_id);
CREATE INDEX leaderboard_place_waiting ON tier_evaluation.leaderboard_place USING btree (client_id) WHERE waiting;
ALTER TABLE tier_evaluation.leaderboard_place ENABLE ROW LEVEL SECURITY;
ALTER TABLE tier_evaluation.leaderboard_place FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON tier_evaluation.leaderboard_place AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT DELETE, INSERT, SELECT, UPDATE ON tier_evaluation.leaderboard_place TO laurel_tier_evaluation;

CREATE TABLE tier_evaluation.migration (
  id integer DEFAULT nextval('tier_evaluation.migration_id_seq'::regclass) NOT NULL,
  "timestamp" bigint NOT NULL,
  name character varying NOT NULL,
  CONSTRAINT "PK_3043fc6b8af7c99b8b98830094f" PRIMARY KEY (id)
);

CREATE TABLE tier_evaluation.outbox (
  written_at timestamp with time zone DEFAULT now() NOT NULL,
  shard smallint NOT NULL,
  xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  topic text NOT NULL,
  partition smallint NOT NULL,
  key text NOT NULL,
  value text NOT NULL
) PARTITION BY RANGE (written_at);
CREATE INDEX outbox_order ON ONLY tier_evaluation.outbox USING btree (shard, xid, id);
GRANT INSERT, SELECT ON tier_evaluation.outbox TO laurel_tier_evaluation;

CREATE TABLE tier_evaluation.parked_audit (
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
GRANT INSERT, SELECT ON tier_evaluation.parked_audit TO laurel_tier_evaluation;

CREATE TABLE tier_evaluation.parked_event (
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
  CONSTRAINT parked_event_parked_id_fkey FOREIGN KEY (parked_id) REFERENCES tier_evaluation.parked_key(id) ON DELETE CASCADE
);
GRANT DELETE, INSERT, SELECT, UPDATE ON tier_evaluation.parked_event TO laurel_tier_evaluation;

CREATE TABLE tier_evaluation.parked_key (
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
GRANT DELETE, INSERT, SELECT, UPDATE ON tier_evaluation.parked_key TO laurel_tier_evaluation;

CREATE TABLE tier_evaluation.parked_record (
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
GRANT INSERT, SELECT, UPDATE ON tier_evaluation.parked_record TO laurel_tier_evaluation;

CREATE TABLE tier_evaluation.partition_setting (
  parent text NOT NULL,
  storage_parameters text NOT NULL,
  CONSTRAINT partition_setting_pkey PRIMARY KEY (parent)
);

CREATE TABLE tier_evaluation.program (
  client_id uuid NOT NULL,
  version integer NOT NULL,
  currency text NOT NULL,
  timezone text NOT NULL,
  metric text NOT NULL,
  mode text NOT NULL,
  checkpoint_months smallint NOT NULL,
  attribution text NOT NULL,
  clearing_days integer NOT NULL,
  tiers jsonb NOT NULL,
  published_on date,
  published_at timestamp with time zone DEFAULT now() NOT NULL,
  sync_sequence bigint NOT NULL,
  CONSTRAINT program_pkey PRIMARY KEY (client_id, version),
  CONSTRAINT program_attribution_check CHECK ((attribution = ANY (ARRAY['ledger'::text, 'post_date'::text]))),
  CONSTRAINT program_checkpoint_months_check CHECK (((checkpoint_months >= 1) AND (checkpoint_months <= 24))),
  CONSTRAINT program_clearing_days_check CHECK ((clearing_days >= 0)),
  CONSTRAINT program_metric_check CHECK ((metric = ANY (ARRAY['sales'::text, 'units'::text]))),
  CONSTRAINT program_mode_check CHECK ((mode = ANY (ARRAY['checkpoint'::text, 'lifetime'::text]))),
  CONSTRAINT program_tiers_check CHECK (((jsonb_array_length(tiers) >= 3) AND (jsonb_array_length(tiers) <= 6))),
  CONSTRAINT program_version_check CHECK ((version >= 1))
);
ALTER TABLE tier_evaluation.program ENABLE ROW LEVEL SECURITY;
ALTER TABLE tier_evaluation.program FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON tier_evaluation.program AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT ON tier_evaluation.program TO laurel_tier_evaluation;

CREATE TABLE tier_evaluation.programme_date (
  client_id uuid NOT NULL,
  programme_date date NOT NULL,
  sync_sequence bigint NOT NULL,
  CONSTRAINT programme_date_pkey PRIMARY KEY (client_id)
);
ALTER TABLE tier_evaluation.programme_date ENABLE ROW LEVEL SECURITY;
ALTER TABLE tier_evaluation.programme_date FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON tier_evaluation.programme_date AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT, UPDATE ON tier_evaluation.programme_date TO laurel_tier_evaluation;

CREATE TABLE tier_evaluation.reconciliation_finding (
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
  CONSTRAINT reconciliation_finding_client_id_first_run_fkey FOREIGN KEY (client_id, first_run) REFERENCES tier_evaluation.reconciliation_run(client_id, number),
  CONSTRAINT reconciliation_finding_client_id_last_run_fkey FOREIGN KEY (client_id, last_run) REFERENCES tier_evaluation.reconciliation_run(client_id, number),
  CONSTRAINT reconciliation_finding_client_id_resolved_run_fkey FOREIGN KEY (client_id, resolved_run) REFERENCES tier_evaluation.reconciliation_run(client_id, number),
  CONSTRAINT reconciliation_finding_check CHECK (((resolved_run IS NULL) = (resolved_at IS NULL))),
  CONSTRAINT reconciliation_finding_subject_kind_check CHECK ((subject_kind = ANY (ARRAY['client'::text, 'creator'::text, 'video'::text])))
) WITH (fillfactor=70);
CREATE UNIQUE INDEX reconciliation_finding_open ON tier_evaluation.reconciliation_finding USING btree (client_id, kind, subject_id) WHERE (resolved_run IS NULL);
ALTER TABLE tier_evaluation.reconciliation_finding ENABLE ROW LEVEL SECURITY;
ALTER TABLE tier_evaluation.reconciliation_finding FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON tier_evaluation.reconciliation_finding AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT, UPDATE ON tier_evaluation.reconciliation_finding TO laurel_tier_evaluation;

CREATE TABLE tier_evaluation.reconciliation_run (
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
CREATE UNIQUE INDEX reconciliation_run_night ON tier_evaluation.reconciliation_run USING btree (client_id, night);
CREATE UNIQUE INDEX reconciliation_run_running ON tier_evaluation.reconciliation_run USING btree (client_id) WHERE (status = 'running'::text);
ALTER TABLE tier_evaluation.reconciliation_run ENABLE ROW LEVEL SECURITY;
ALTER TABLE tier_evaluation.reconciliation_run FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON tier_evaluation.reconciliation_run AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT, UPDATE ON tier_evaluation.reconciliation_run TO laurel_tier_evaluation;

CREATE TABLE tier_evaluation.relay_cursor (
  shard smallint NOT NULL,
  epoch bigint DEFAULT 0 NOT NULL,
  xid xid8 DEFAULT '0'::xid8 NOT NULL,
  id bigint DEFAULT 0 NOT NULL,
  published bigint DEFAULT 0 NOT NULL,
  moved_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT relay_cursor_pkey PRIMARY KEY (shard)
);
GRANT SELECT, UPDATE ON tier_evaluation.relay_cursor TO laurel_tier_evaluation;

CREATE TABLE tier_evaluation.standing (
  client_id uuid NOT NULL,
  creator_id uuid NOT NULL,
  lane smallint NOT NULL,
  tier smallint NOT NULL,
  tier_version integer NOT NULL,
  reached_on date,
  window_start date,
  due_date date,
  anchor date,
  window_number integer NOT NULL,
  window_months smallint NOT NULL,
  opening bigint NOT NULL,
  base bigint NOT NULL,
  lifetime bigint NOT NULL,
  booked_through date,
  sync_sequence bigint NOT NULL,
  program_version integer NOT NULL,
  checkpoint_count bigint NOT NULL,
  adjustment_count bigint NOT NULL,
  decision_count bigint NOT NULL,
  onboarded_on date,
  CONSTRAINT standing_pkey PRIMARY KEY (client_id, creator_id),
  CONSTRAINT standing_check CHECK ((due_date > window_start)),
  CONSTRAINT standing_check1 CHECK (((anchor IS NULL) = (window_start IS NULL))),
  CONSTRAINT standing_check2 CHECK (((tier > 1) OR (due_date IS NULL))),
  CONSTRAINT standing_tier_check CHECK (((tier >= 1) AND (tier <= 6)))
) WITH (fillfactor=70);
CREATE INDEX standing_due ON tier_evaluation.standing USING btree (client_id, lane, due_date) WHERE (due_date IS NOT NULL);
CREATE INDEX standing_review ON tier_evaluation.standing USING btree (client_id, tier, due_date, creator_id) WHERE (due_date IS NOT NULL);
ALTER TABLE tier_evaluation.standing ENABLE ROW LEVEL SECURITY;
ALTER TABLE tier_evaluation.standing FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON tier_evaluation.standing AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT, UPDATE ON tier_evaluation.standing TO laurel_tier_evaluation;

CREATE TABLE tier_evaluation.standing_rebuild (
  client_id uuid NOT NULL,
  id uuid DEFAULT uuidv7() NOT NULL,
  creator_id uuid NOT NULL,
  changes jsonb NOT NULL,
  rebuilt_by text NOT NULL,
  rebuilt_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT standing_rebuild_pkey PRIMARY KEY (client_id, id)
);
ALTER TABLE tier_evaluation.standing_rebuild ENABLE ROW LEVEL SECURITY;
ALTER TABLE tier_evaluation.standing_rebuild FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON tier_evaluation.standing_rebuild AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT ON tier_evaluation.standing_rebuild TO laurel_tier_evaluation;

CREATE TABLE tier_evaluation.sync_count (
  client_id uuid NOT NULL,
  sequence bigint NOT NULL,
  partition smallint NOT NULL,
  seen bigint NOT NULL,
  CONSTRAINT sync_count_pkey PRIMARY KEY (client_id, sequence, partition)
) WITH (fillfactor=50);
GRANT INSERT, SELECT, UPDATE ON tier_evaluation.sync_count TO laurel_tier_evaluation;

CREATE TABLE tier_evaluation.tenant (
  client_id uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT tenant_pkey PRIMARY KEY (client_id)
);
GRANT INSERT, SELECT ON tier_evaluation.tenant TO laurel_tier_evaluation;

CREATE TABLE tier_evaluation.wanted_month (
  month date NOT NULL,
  wanted_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT wanted_month_pkey PRIMARY KEY (month)
);
GRANT INSERT, SELECT ON tier_evaluation.wanted_month TO laurel_tier_evaluation;

CREATE TABLE tier_evaluation.watermark (
  client_id uuid NOT NULL,
  completed_sequence bigint DEFAULT 0 NOT NULL,
  sequence bigint DEFAULT 0 NOT NULL,
  business_date date,
  applied_sequence bigint DEFAULT 0 NOT NULL,
  moved_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT watermark_pkey PRIMARY KEY (client_id)
);
GRANT INSERT, SELECT, UPDATE ON tier_evaluation.watermark TO laurel_tier_evaluation;

CREATE OR REPLACE FUNCTION tier_evaluation.attach_partition(parent text, child text, bounds text)
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
      PERFORM pg_advisory_xact_lock(hashtextextended('tier_evaluation.' || parent, 7));
      IF EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.relnamespace = 'tier_evaluation'::regnamespace AND c.relname = child) THEN
        RETURN false;
      END IF;
      SELECT relforcerowsecurity INTO STRICT secured FROM pg_class WHERE oid = to_regclass('tier_evaluation.' || parent);
      SELECT storage_parameters INTO parameters FROM tier_evaluation.partition_setting s WHERE s.parent = attach_partition.parent;
      EXECUTE format('CREATE TABLE tier_evaluation.%I (LIKE tier_evaluation.%I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE)', child, parent);
      IF parameters IS NOT NULL THEN
        EXECUTE format('ALTER TABLE tier_evaluation.%I SET (%s)', child, parameters);
      END IF;
      IF secured THEN
        EXECUTE format('ALTER TABLE tier_evaluation.%I ENABLE ROW LEVEL SECURITY', child);
        EXECUTE format('ALTER TABLE tier_evaluation.%I FORCE ROW LEVEL SECURITY', child);
        EXECUTE format('CREATE POLICY tenant ON tier_evaluation.%I USING (client_id = (SELECT nullif(current_setting(''laurel.client_id'', true), '''')::uuid))', child);
      END IF;
      EXECUTE format('ALTER TABLE tier_evaluation.%I ATTACH PARTITION tier_evaluation.%I %s', parent, child, bounds);
      RETURN true;
    END $function$
;

CREATE OR REPLACE FUNCTION tier_evaluation.drop_published_outbox(keep_days integer)
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
        WHERE i.inhparent = 'tier_evaluation.outbox'::regclass
          AND to_date(right(c.relname, 8), 'YYYYMMDD') < (now() AT TIME ZONE 'UTC')::date - greatest(keep_days, 1)
        ORDER BY c.relname
      LOOP
        CONTINUE WHEN tier_evaluation.has_unpublished(child);
        LOCK TABLE ONLY tier_evaluation.outbox IN ACCESS EXCLUSIVE MODE;
        IF NOT tier_evaluation.has_unpublished(child) THEN
          EXECUTE format('DROP TABLE tier_evaluation.%I', child);
          dropped := dropped + 1;
        END IF;
      END LOOP;
      RETURN dropped;
    EXCEPTION WHEN lock_not_available THEN
      RETURN 0;
    END $function$
;

CREATE OR REPLACE FUNCTION tier_evaluation.ensure_list_partition(parent text, client uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    BEGIN
      RETURN tier_evaluation.attach_partition(parent, parent || '_' || replace(client::text, '-', ''),
        format('FOR VALUES IN (%L)', client));
    END $function$
;

CREATE OR REPLACE FUNCTION tier_evaluation.ensure_range_partition(parent text, lower_bound text, upper_bound text, suffix text)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    BEGIN
      RETURN tier_evaluation.attach_partition(parent, parent || '_' || suffix,
        format('FOR VALUES FROM (%L) TO (%L)', lower_bound, upper_bound));
    END $function$
;

CREATE OR REPLACE FUNCTION tier_evaluation.erase_reasons(creator uuid, OUT reasons bigint, OUT answers bigint)
 RETURNS record
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
      DECLARE
        client uuid := nullif(current_setting('laurel.client_id', true), '')::uuid;
      BEGIN
        IF NOT EXISTS (SELECT FROM tier_evaluation.creator_erasure e
                       WHERE e.client_id = client AND e.creator_id = creator AND e.stage IN ('erasing', 'erased')) THEN
          RAISE EXCEPTION 'creator % is not erased', creator USING ERRCODE = 'check_violation';
        END IF;
        UPDATE tier_evaluation.adjustment a SET reason = 'erased'
        WHERE a.client_id = client AND a.creator_id = creator AND a.reason <> 'erased';
        GET DIAGNOSTICS reasons = ROW_COUNT;
        UPDATE tier_evaluation.idempotency_answer i
        SET body = jsonb_set(i.body::jsonb, '{reason}', '"erased"')::text, fingerprint = 'erased'
        WHERE i.client_id = client AND i.body LIKE '%' || creator::text || '%' AND i.body::jsonb ->> 'creatorId' = creator::text
          AND i.body::jsonb ->> 'reason' IS NOT NULL AND i.fingerprint <> 'erased';
        GET DIAGNOSTICS answers = ROW_COUNT;
      END $function$
;

CREATE OR REPLACE FUNCTION tier_evaluation.has_unpublished(child text)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
    DECLARE
      found boolean;
    BEGIN
      EXECUTE format('SELECT EXISTS (SELECT FROM tier_evaluation.%I o JOIN tier_evaluation.relay_cursor c USING (shard)
                                     WHERE (o.xid, o.id) > (c.xid, c.id))', child) INTO found;
      RETURN found;
    END $function$
;

CREATE OR REPLACE FUNCTION tier_evaluation.keep_erased()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    BEGIN
      RAISE EXCEPTION 'creator % is erased, and stays so', OLD.creator_id USING ERRCODE = 'check_violation';
    END $function$
;

GRANT EXECUTE ON FUNCTION tier_evaluation.drop_published_outbox(integer) TO laurel_tier_evaluation;
GRANT EXECUTE ON FUNCTION tier_evaluation.ensure_list_partition(text,uuid) TO laurel_tier_evaluation;
GRANT EXECUTE ON FUNCTION tier_evaluation.ensure_range_partition(text,text,text,text) TO laurel_tier_evaluation;
GRANT EXECUTE ON FUNCTION tier_evaluation.erase_reasons(uuid) TO laurel_tier_evaluation;
