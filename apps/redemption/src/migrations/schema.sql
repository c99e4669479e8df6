-- The end state of this schema’s migrations, written by `npm run generate` and compared by a test.

GRANT USAGE ON SCHEMA redemption TO laurel_redemption;

CREATE TABLE redemption.backfill (
  client_id uuid NOT NULL,
  id uuid DEFAULT uuidv7() NOT NULL,
  reward_id uuid NOT NULL,
  kind text NOT NULL,
  status text DEFAULT 'planned'::text NOT NULL,
  enabled_reward boolean NOT NULL,
  expected bigint DEFAULT 0 NOT NULL,
  eligible bigint DEFAULT 0 NOT NULL,
  created bigint DEFAULT 0 NOT NULL,
  brought_back bigint DEFAULT 0 NOT NULL,
  already_open bigint DEFAULT 0 NOT NULL,
  excluded_reward_disabled bigint DEFAULT 0 NOT NULL,
  excluded_right_used_up bigint DEFAULT 0 NOT NULL,
  hidden bigint DEFAULT 0 NOT NULL,
  verified_at timestamp with time zone,
  missing bigint DEFAULT 0 NOT NULL,
  stale bigint DEFAULT 0 NOT NULL,
  event_version bigint DEFAULT 0 NOT NULL,
  failures bigint DEFAULT 0 NOT NULL,
  failure text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  started_at timestamp with time zone,
  ended_at timestamp with time zone,
  digest bytea,
  faulty_creators uuid[] DEFAULT '{}'::uuid[] NOT NULL,
  running_since timestamp with time zone,
  ran_ms bigint DEFAULT 0 NOT NULL,
  measured_at timestamp with time zone,
  measured_met bigint DEFAULT 0 NOT NULL,
  rows_per_second bigint DEFAULT 0 NOT NULL,
  throttled_by text,
  CONSTRAINT backfill_pkey PRIMARY KEY (client_id, id),
  CONSTRAINT backfill_client_id_reward_id_fkey FOREIGN KEY (client_id, reward_id) REFERENCES redemption.reward(client_id, id),
  CONSTRAINT backfill_kind_check CHECK ((kind = ANY (ARRAY['enable'::text, 'disable'::text, 'change'::text]))),
  CONSTRAINT backfill_status_check CHECK ((status = ANY (ARRAY['planned'::text, 'running'::text, 'paused'::text, 'verifying'::text, 'done'::text, 'cancelled'::text, 'failed'::text]))),
  CONSTRAINT backfill_throttled_by_check CHECK ((throttled_by = ANY (ARRAY['foreground_latency'::text, 'relay_lag'::text]))),
  CONSTRAINT balanced CHECK ((eligible = ((((created + brought_back) + already_open) + excluded_reward_disabled) + excluded_right_used_up)))
) WITH (fillfactor=50);
CREATE UNIQUE INDEX backfill_unfinished ON redemption.backfill USING btree (client_id, reward_id) WHERE (status = ANY (ARRAY['planned'::text, 'running'::text, 'verifying'::text, 'paused'::text]));
ALTER TABLE redemption.backfill ENABLE ROW LEVEL SECURITY;
ALTER TABLE redemption.backfill FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON redemption.backfill AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT, UPDATE ON redemption.backfill TO laurel_redemption;

CREATE TABLE redemption.backfill_directory (
  backfill_id uuid NOT NULL,
  client_id uuid NOT NULL,
  working boolean NOT NULL,
  CONSTRAINT backfill_directory_pkey PRIMARY KEY (backfill_id)
);
CREATE INDEX backfill_directory_working ON redemption.backfill_directory USING btree (backfill_id) WHERE working;
GRANT INSERT, SELECT, UPDATE ON redemption.backfill_directory TO laurel_redemption;

CREATE TABLE redemption.backfill_slice (
  client_id uuid NOT NULL,
  backfill_id uuid NOT NULL,
  slice smallint NOT NULL,
  aggregate_id uuid NOT NULL,
  until_creator uuid NOT NULL,
  cursor uuid NOT NULL,
  done boolean DEFAULT false NOT NULL,
  eligible bigint DEFAULT 0 NOT NULL,
  created bigint DEFAULT 0 NOT NULL,
  brought_back bigint DEFAULT 0 NOT NULL,
  already_open bigint DEFAULT 0 NOT NULL,
  excluded_reward_disabled bigint DEFAULT 0 NOT NULL,
  excluded_right_used_up bigint DEFAULT 0 NOT NULL,
  hidden bigint DEFAULT 0 NOT NULL,
  digest bytea DEFAULT '\x'::bytea NOT NULL,
  event_version bigint DEFAULT 0 NOT NULL,
  verified_at timestamp with time zone,
  missing bigint DEFAULT 0 NOT NULL,
  stale bigint DEFAULT 0 NOT NULL,
  faulty_creators uuid[] DEFAULT '{}'::uuid[] NOT NULL,
  CONSTRAINT backfill_slice_pkey PRIMARY KEY (client_id, backfill_id, slice),
  CONSTRAINT backfill_slice_client_id_backfill_id_fkey FOREIGN KEY (client_id, backfill_id) REFERENCES redemption.backfill(client_id, id),
  CONSTRAINT balanced CHECK ((eligible = ((((created + brought_back) + already_open) + excluded_reward_disabled) + excluded_right_used_up)))
) WITH (fillfactor=20);
ALTER TABLE redemption.backfill_slice ENABLE ROW LEVEL SECURITY;
ALTER TABLE redemption.backfill_slice FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON redemption.backfill_slice AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT, UPDATE ON redemption.backfill_slice TO laurel_redemption;

CREATE TABLE redemption.boost_state (
  client_id uuid NOT NULL,
  redemption_id uuid NOT NULL,
  status text NOT NULL,
  CONSTRAINT boost_state_pkey PRIMARY KEY (client_id, redemption_id),
  CONSTRAINT boost_state_status_check CHECK ((status = ANY (ARRAY['scheduled'::text, 'active'::text, 'expired'::text, 'pending_info'::text, 'pending_payout'::text, 'paid'::text])))
);
ALTER TABLE redemption.boost_state ENABLE ROW LEVEL SECURITY;
ALTER TABLE redemption.boost_state FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON redemption.boost_state AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT, UPDATE ON redemption.boost_state TO laurel_redemption;

CREATE TABLE redemption.claim (
  client_id uuid NOT NULL,
  redemption_id uuid NOT NULL,
  reward_id uuid NOT NULL,
  creator_id uuid NOT NULL,
  tier smallint NOT NULL,
  tier_version bigint NOT NULL,
  claimed_at timestamp with time zone NOT NULL,
  claimed_on date NOT NULL,
  value jsonb NOT NULL,
  scheduled_date date,
  scheduled_at timestamp with time zone,
  CONSTRAINT claim_pkey PRIMARY KEY (client_id, redemption_id),
  CONSTRAINT claim_client_id_redemption_id_fkey FOREIGN KEY (client_id, redemption_id) REFERENCES redemption.redemption(client_id, id),
  CONSTRAINT claim_client_id_reward_id_fkey FOREIGN KEY (client_id, reward_id) REFERENCES redemption.reward(client_id, id)
);
CREATE INDEX claim_count ON redemption.claim USING btree (client_id, reward_id, creator_id, tier_version);
ALTER TABLE redemption.claim ENABLE ROW LEVEL SECURITY;
ALTER TABLE redemption.claim FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON redemption.claim AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT ON redemption.claim TO laurel_redemption;

CREATE TABLE redemption.claim_slot (
  client_id uuid NOT NULL,
  creator_id uuid NOT NULL,
  kind text NOT NULL,
  redemption_id uuid NOT NULL,
  taken_at timestamp with time zone NOT NULL,
  CONSTRAINT claim_slot_pkey PRIMARY KEY (client_id, creator_id, kind),
  CONSTRAINT claim_slot_client_id_redemption_id_key UNIQUE (client_id, redemption_id),
  CONSTRAINT claim_slot_client_id_redemption_id_fkey FOREIGN KEY (client_id, redemption_id) REFERENCES redemption.redemption(client_id, id),
  CONSTRAINT claim_slot_kind_check CHECK ((kind = ANY (ARRAY['boost'::text, 'discount'::text])))
);
ALTER TABLE redemption.claim_slot ENABLE ROW LEVEL SECURITY;
ALTER TABLE redemption.claim_slot FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON redemption.claim_slot AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT DELETE, INSERT, SELECT ON redemption.claim_slot TO laurel_redemption;

CREATE TABLE redemption.completed_sync (
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
GRANT INSERT, SELECT ON redemption.completed_sync TO laurel_redemption;

CREATE TABLE redemption.consumer_gap (
  consumer text NOT NULL,
  client_id uuid NOT NULL,
  subject text NOT NULL,
  version_before bigint NOT NULL,
  version_after bigint NOT NULL,
  noticed_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT consumer_gap_pkey PRIMARY KEY (consumer, client_id, subject, version_after)
);
GRANT INSERT, SELECT ON redemption.consumer_gap TO laurel_redemption;

CREATE TABLE redemption.consumer_version (
  consumer text NOT NULL,
  client_id uuid NOT NULL,
  subject text NOT NULL,
  version bigint NOT NULL,
  CONSTRAINT consumer_version_pkey PRIMARY KEY (consumer, client_id, subject)
) WITH (fillfactor=70);
GRANT INSERT, SELECT, UPDATE ON redemption.consumer_version TO laurel_redemption;

CREATE TABLE redemption.creator_erasure (
  client_id uuid NOT NULL,
  erasure_id uuid NOT NULL,
  creator_id uuid NOT NULL,
  stage text NOT NULL,
  forced boolean NOT NULL,
  changed_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT creator_erasure_pkey PRIMARY KEY (client_id, erasure_id),
  CONSTRAINT creator_erasure_stage_check CHECK ((stage = ANY (ARRAY['checking'::text, 'refused'::text, 'erasing'::text, 'erased'::text])))
);
CREATE INDEX creator_erasure_of_creator ON redemption.creator_erasure USING btree (client_id, creator_id);
CREATE TRIGGER erased_for_good BEFORE UPDATE ON redemption.creator_erasure FOR EACH ROW WHEN ((old.stage = 'erased'::text)) EXECUTE FUNCTION redemption.keep_erased();
ALTER TABLE redemption.creator_erasure ENABLE ROW LEVEL SECURITY;
ALTER TABLE redemption.creator_erasure FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON redemption.creator_erasure AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT, UPDATE ON redemption.creator_erasure TO laurel_redemption;

CREATE TABLE redemption.creator_tier (
  client_id uuid NOT NULL,
  creator_id uuid NOT NULL,
  tier smallint NOT NULL,
  tier_version bigint NOT NULL,
  erased boolean DEFAULT false NOT NULL,
  CONSTRAINT creator_tier_pkey PRIMARY KEY (client_id, creator_id),
  CONSTRAINT creator_tier_tier_check CHECK (((tier >= 1) AND (tier <= 6))),
  CONSTRAINT creator_tier_tier_version_check CHECK ((tier_version >= 0))
);
CREATE INDEX creator_tier_member ON redemption.creator_tier USING btree (client_id, tier, creator_id);
ALTER TABLE redemption.creator_tier ENABLE ROW LEVEL SECURITY;
ALTER TABLE redemption.creator_tier FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON redemption.creator_tier AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT, UPDATE ON redemption.creator_tier TO laurel_redemption;

CREATE TABLE redemption.data_key (
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
CREATE TRIGGER destroyed_for_good BEFORE UPDATE ON redemption.data_key FOR EACH ROW WHEN ((old.destroyed_at IS NOT NULL)) EXECUTE FUNCTION redemption.keep_destroyed_data_key();
ALTER TABLE redemption.data_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE redemption.data_key FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON redemption.data_key AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT, UPDATE ON redemption.data_key TO laurel_redemption;

CREATE TABLE redemption.finished_sync (
  client_id uuid NOT NULL,
  service text NOT NULL,
  business_date date NOT NULL,
  heard_at timestamp with time zone NOT NULL,
  CONSTRAINT finished_sync_pkey PRIMARY KEY (client_id, service)
);
ALTER TABLE redemption.finished_sync ENABLE ROW LEVEL SECURITY;
ALTER TABLE redemption.finished_sync FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON redemption.finished_sync AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT, UPDATE ON redemption.finished_sync TO laurel_redemption;

CREATE TABLE redemption.gift_address (
  client_id uuid NOT NULL,
  redemption_id uuid NOT NULL,
  creator_id uuid NOT NULL,
  sealed_order bytea NOT NULL,
  given_at timestamp with time zone NOT NULL,
  CONSTRAINT gift_address_pkey PRIMARY KEY (client_id, redemption_id),
  CONSTRAINT gift_address_client_id_creator_id_fkey FOREIGN KEY (client_id, creator_id) REFERENCES redemption.data_key(client_id, creator_id),
  CONSTRAINT gift_address_client_id_redemption_id_fkey FOREIGN KEY (client_id, redemption_id) REFERENCES redemption.redemption(client_id, id)
);
ALTER TABLE redemption.gift_address ENABLE ROW LEVEL SECURITY;
ALTER TABLE redemption.gift_address FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON redemption.gift_address AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT ON redemption.gift_address TO laurel_redemption;

CREATE TABLE redemption.idempotency_answer (
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
ALTER TABLE redemption.idempotency_answer ENABLE ROW LEVEL SECURITY;
ALTER TABLE redemption.idempotency_answer FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON redemption.idempotency_answer AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT ON redemption.idempotency_answer TO laurel_redemption;

CREATE TABLE redemption.inbox (
  consumer text NOT NULL,
  event_id uuid NOT NULL,
  received_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT inbox_pkey PRIMARY KEY (consumer, event_id)
);
GRANT INSERT, SELECT ON redemption.inbox TO laurel_redemption;

CREATE TABLE redemption.load_reading (
  process uuid NOT NULL,
  read_at timestamp with time zone NOT NULL,
  foreground_factor double precision,
  working_share double precision NOT NULL,
  relay_lag_ms double precision NOT NULL,
  CONSTRAINT load_reading_pkey PRIMARY KEY (process)
) WITH (fillfactor=50);
GRANT DELETE, INSERT, SELECT, UPDATE ON redemption.load_reading TO laurel_redemption;

CREATE TABLE redemption.migration (
  id integer DEFAULT nextval('redemption.migration_id_seq'::regclass) NOT NULL,
  "timestamp" bigint NOT NULL,
  name character varying NOT NULL,
  CONSTRAINT "PK_3043fc6b8af7c99b8b98830094f" PRIMARY KEY (id)
);

CREATE TABLE redemption.mission_grant (
  client_id uuid NOT NULL,
  id uuid NOT NULL,
  mission_id uuid NOT NULL,
  creator_id uuid NOT NULL,
  reward_id uuid NOT NULL,
  status text NOT NULL,
  redemption_id uuid,
  arrival bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  CONSTRAINT mission_grant_pkey PRIMARY KEY (client_id, id),
  CONSTRAINT mission_grant_client_id_redemption_id_key UNIQUE (client_id, redemption_id),
  CONSTRAINT mission_grant_client_id_redemption_id_fkey FOREIGN KEY (client_id, redemption_id) REFERENCES redemption.redemption(client_id, id),
  CONSTRAINT mission_grant_status_check CHECK ((status = ANY (ARRAY['waiting'::text, 'placed'::text, 'lost'::text, 'refused'::text]))),
  CONSTRAINT placed_has_its_redemption CHECK (((status <> 'placed'::text) OR (redemption_id IS NOT NULL))),
  CONSTRAINT unplaced_has_none CHECK (((status = ANY (ARRAY['placed'::text, 'lost'::text])) OR (redemption_id IS NULL)))
);
CREATE INDEX mission_grant_waiting ON redemption.mission_grant USING btree (client_id, creator_id, reward_id, arrival) WHERE (status = 'waiting'::text);
ALTER TABLE redemption.mission_grant ENABLE ROW LEVEL SECURITY;
ALTER TABLE redemption.mission_grant FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON redemption.mission_grant AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT ON redemption.mission_grant TO laurel_redemption;
GRANT UPDATE (redemption_id, status) ON redemption.mission_grant TO laurel_redemption;

CREATE TABLE redemption.outbox (
  written_at timestamp with time zone DEFAULT now() NOT NULL,
  shard smallint NOT NULL,
  xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  topic text NOT NULL,
  partition smallint NOT NULL,
  key text NOT NULL,
  value text NOT NULL
) PARTITION BY RANGE (written_at);
CREATE INDEX outbox_order ON ONLY redemption.outbox USING btree (shard, xid, id);
GRANT INSERT, SELECT ON redemption.outbox TO laurel_redemption;

CREATE TABLE redemption.parked_audit (
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
GRANT INSERT, SELECT ON redemption.parked_audit TO laurel_redemption;

CREATE TABLE redemption.parked_event (
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
  CONSTRAINT parked_event_parked_id_fkey FOREIGN KEY (parked_id) REFERENCES redemption.parked_key(id) ON DELETE CASCADE
);
GRANT DELETE, INSERT, SELECT, UPDATE ON redemption.parked_event TO laurel_redemption;

CREATE TABLE redemption.parked_key (
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
GRANT DELETE, INSERT, SELECT, UPDATE ON redemption.parked_key TO laurel_redemption;

CREATE TABLE redemption.parked_record (
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
GRANT INSERT, SELECT, UPDATE ON redemption.parked_record TO laurel_redemption;

CREATE TABLE redemption.partition_setting (
  parent text NOT NULL,
  storage_parameters text NOT NULL,
  CONSTRAINT partition_setting_pkey PRIMARY KEY (parent)
);

CREATE TABLE redemption.program (
  client_id uuid NOT NULL,
  version bigint NOT NULL,
  currency text NOT NULL,
  timezone text NOT NULL,
  clearing_days integer NOT NULL,
  commission_rates_bps integer[] NOT NULL,
  CONSTRAINT program_pkey PRIMARY KEY (client_id)
);
ALTER TABLE redemption.program ENABLE ROW LEVEL SECURITY;
ALTER TABLE redemption.program FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON redemption.program AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT, UPDATE ON redemption.program TO laurel_redemption;

CREATE TABLE redemption.programme_date (
  client_id uuid NOT NULL,
  programme_date date NOT NULL,
  CONSTRAINT programme_date_pkey PRIMARY KEY (client_id)
);
ALTER TABLE redemption.programme_date ENABLE ROW LEVEL SECURITY;
ALTER TABLE redemption.programme_date FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON redemption.programme_date AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT, UPDATE ON redemption.programme_date TO laurel_redemption;

CREATE TABLE redemption.reconciliation_finding (
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
  CONSTRAINT reconciliation_finding_client_id_first_run_fkey FOREIGN KEY (client_id, first_run) REFERENCES redemption.reconciliation_run(client_id, number),
  CONSTRAINT reconciliation_finding_client_id_last_run_fkey FOREIGN KEY (client_id, last_run) REFERENCES redemption.reconciliation_run(client_id, number),
  CONSTRAINT reconciliation_finding_client_id_resolved_run_fkey FOREIGN KEY (client_id, resolved_run) REFERENCES redemption.reconciliation_run(client_id, number),
  CONSTRAINT reconciliation_finding_check CHECK (((resolved_run IS NULL) = (resolved_at IS NULL))),
  CONSTRAINT reconciliation_finding_subject_kind_check CHECK ((subject_kind = ANY (ARRAY['client'::text, 'creator'::text, 'redemption'::text])))
) WITH (fillfactor=70);
CREATE UNIQUE INDEX reconciliation_finding_open ON redemption.reconciliation_finding USING btree (client_id, kind, subject_id) WHERE (resolved_run IS NULL);
ALTER TABLE redemption.reconciliation_finding ENABLE ROW LEVEL SECURITY;
ALTER TABLE redemption.reconciliation_finding FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON redemption.reconciliation_finding AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT, UPDATE ON redemption.reconciliation_finding TO laurel_redemption;

CREATE TABLE redemption.reconciliation_run (
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
CREATE UNIQUE INDEX reconciliation_run_night ON redemption.reconciliation_run USING btree (client_id, night);
CREATE UNIQUE INDEX reconciliation_run_running ON redemption.reconciliation_run USING btree (client_id) WHERE (status = 'running'::text);
ALTER TABLE redemption.reconciliation_run ENABLE ROW LEVEL SECURITY;
ALTER TABLE redemption.reconciliation_run FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON redemption.reconciliation_run AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT, UPDATE ON redemption.reconciliation_run TO laurel_redemption;

CREATE TABLE redemption.redemption (
  client_id uuid NOT NULL,
  id uuid DEFAULT uuidv7() NOT NULL,
  reward_id uuid NOT NULL,
  creator_id uuid NOT NULL,
  status text DEFAULT 'claimable'::text NOT NULL,
  hidden_reason text,
  tier_at_grant smallint NOT NULL,
  tier_version_at_grant bigint NOT NULL,
  CONSTRAINT redemption_pkey PRIMARY KEY (client_id, id),
  CONSTRAINT redemption_client_id_reward_id_fkey FOREIGN KEY (client_id, reward_id) REFERENCES redemption.reward(client_id, id),
  CONSTRAINT claimed_is_never_hidden CHECK (((status = 'claimable'::text) OR (hidden_reason IS NULL))),
  CONSTRAINT redemption_status_check CHECK ((status = ANY (ARRAY['claimable'::text, 'claimed'::text, 'fulfilled'::text, 'concluded'::text, 'rejected'::text])))
) PARTITION BY LIST (client_id);
CREATE INDEX redemption_by_status ON ONLY redemption.redemption USING btree (client_id, status, id);
CREATE INDEX redemption_of_creator ON ONLY redemption.redemption USING btree (client_id, creator_id, status);
CREATE INDEX redemption_of_reward ON ONLY redemption.redemption USING btree (client_id, reward_id, status, id);
CREATE UNIQUE INDEX redemption_unclaimed ON ONLY redemption.redemption USING btree (client_id, reward_id, creator_id) WHERE (status = 'claimable'::text);
CREATE TRIGGER count_deleted AFTER DELETE ON redemption.redemption REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION redemption.count_redemptions();
CREATE TRIGGER count_inserted AFTER INSERT ON redemption.redemption REFERENCING NEW TABLE AS arrived FOR EACH STATEMENT EXECUTE FUNCTION redemption.count_redemptions();
CREATE TRIGGER count_updated AFTER UPDATE ON redemption.redemption REFERENCING OLD TABLE AS gone NEW TABLE AS arrived FOR EACH STATEMENT EXECUTE FUNCTION redemption.count_redemptions();
CREATE TRIGGER guard_redemption BEFORE UPDATE OF status ON redemption.redemption FOR EACH ROW WHEN ((old.status <> new.status)) EXECUTE FUNCTION redemption.guard_redemption();
ALTER TABLE redemption.redemption ENABLE ROW LEVEL SECURITY;
ALTER TABLE redemption.redemption FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON redemption.redemption AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT ON redemption.redemption TO laurel_redemption;
GRANT UPDATE (hidden_reason, status) ON redemption.redemption TO laurel_redemption;

CREATE TABLE redemption.redemption_transition (
  client_id uuid NOT NULL,
  id uuid DEFAULT uuidv7() NOT NULL,
  redemption_id uuid NOT NULL,
  command text NOT NULL,
  from_status text NOT NULL,
  to_status text NOT NULL,
  actor_kind text NOT NULL,
  actor_id text,
  notes text,
  happened_at timestamp with time zone NOT NULL,
  CONSTRAINT redemption_transition_pkey PRIMARY KEY (client_id, id),
  CONSTRAINT redemption_transition_client_id_redemption_id_fkey FOREIGN KEY (client_id, redemption_id) REFERENCES redemption.redemption(client_id, id),
  CONSTRAINT legal_step CHECK ((((((((from_status = 'claimable'::text) AND (to_status = 'claimed'::text)) OR ((from_status = 'claimable'::text) AND (to_status = 'rejected'::text))) OR ((from_status = 'claimed'::text) AND (to_status = 'concluded'::text))) OR ((from_status = 'claimed'::text) AND (to_status = 'fulfilled'::text))) OR ((from_status = 'fulfilled'::text) AND (to_status = 'concluded'::text))) OR ((from_status = 'claimed'::text) AND (to_status = 'claimed'::text)))),
  CONSTRAINT redemption_transition_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['creator'::text, 'admin'::text, 'system'::text]))),
  CONSTRAINT redemption_transition_command_check CHECK ((command = ANY (ARRAY['claim'::text, 'fulfil'::text, 'conclude'::text, 'ship'::text, 'deliver'::text, 'reject'::text]))),
  CONSTRAINT system_has_no_id CHECK (((actor_kind = 'system'::text) = (actor_id IS NULL)))
);
CREATE INDEX redemption_transition_of_redemption ON redemption.redemption_transition USING btree (client_id, redemption_id);
ALTER TABLE redemption.redemption_transition ENABLE ROW LEVEL SECURITY;
ALTER TABLE redemption.redemption_transition FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON redemption.redemption_transition AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT ON redemption.redemption_transition TO laurel_redemption;

CREATE TABLE redemption.relay_cursor (
  shard smallint NOT NULL,
  epoch bigint DEFAULT 0 NOT NULL,
  xid xid8 DEFAULT '0'::xid8 NOT NULL,
  id bigint DEFAULT 0 NOT NULL,
  published bigint DEFAULT 0 NOT NULL,
  moved_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT relay_cursor_pkey PRIMARY KEY (shard)
);
GRANT SELECT, UPDATE ON redemption.relay_cursor TO laurel_redemption;

CREATE TABLE redemption.reward (
  client_id uuid NOT NULL,
  id uuid NOT NULL,
  type text NOT NULL,
  name text NOT NULL,
  tier smallint,
  source text NOT NULL,
  value jsonb NOT NULL,
  frequency text NOT NULL,
  quantity smallint,
  enabled boolean DEFAULT false NOT NULL,
  version bigint DEFAULT 1 NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  allowance_since timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT reward_pkey PRIMARY KEY (client_id, id),
  CONSTRAINT reward_frequency_check CHECK ((frequency = ANY (ARRAY['one_time'::text, 'weekly'::text, 'monthly'::text, 'unlimited'::text]))),
  CONSTRAINT reward_quantity_check CHECK (((quantity >= 1) AND (quantity <= 10))),
  CONSTRAINT reward_source_check CHECK ((source = ANY (ARRAY['vip_tier'::text, 'mission'::text]))),
  CONSTRAINT reward_tier_check CHECK (((tier >= 1) AND (tier <= 6))),
  CONSTRAINT reward_type_check CHECK ((type = ANY (ARRAY['gift_card'::text, 'commission_boost'::text, 'spark_ads'::text, 'discount'::text, 'physical_gift'::text, 'experience'::text]))),
  CONSTRAINT unlimited_has_no_quantity CHECK (((frequency = 'unlimited'::text) = (quantity IS NULL))),
  CONSTRAINT vip_names_its_tier CHECK (((source = 'mission'::text) OR (tier IS NOT NULL)))
);
ALTER TABLE redemption.reward ENABLE ROW LEVEL SECURITY;
ALTER TABLE redemption.reward FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON redemption.reward AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT ON redemption.reward TO laurel_redemption;
GRANT UPDATE (allowance_since, enabled, frequency, name, quantity, version) ON redemption.reward TO laurel_redemption;

CREATE TABLE redemption.reward_count (
  client_id uuid NOT NULL,
  reward_id uuid NOT NULL,
  open bigint NOT NULL,
  hidden bigint NOT NULL,
  claimed bigint NOT NULL,
  fulfilled bigint NOT NULL,
  concluded bigint NOT NULL,
  rejected bigint NOT NULL,
  CONSTRAINT reward_count_pkey PRIMARY KEY (client_id, reward_id),
  CONSTRAINT reward_count_client_id_reward_id_fkey FOREIGN KEY (client_id, reward_id) REFERENCES redemption.reward(client_id, id)
) WITH (fillfactor=50);
ALTER TABLE redemption.reward_count ENABLE ROW LEVEL SECURITY;
ALTER TABLE redemption.reward_count FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON redemption.reward_count AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT, UPDATE ON redemption.reward_count TO laurel_redemption;

CREATE TABLE redemption.reward_count_delta (
  client_id uuid NOT NULL,
  reward_id uuid NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  open bigint NOT NULL,
  hidden bigint NOT NULL,
  claimed bigint NOT NULL,
  fulfilled bigint NOT NULL,
  concluded bigint NOT NULL,
  rejected bigint NOT NULL,
  CONSTRAINT reward_count_delta_pkey PRIMARY KEY (client_id, reward_id, id)
) WITH (autovacuum_vacuum_scale_factor=0.1, autovacuum_vacuum_threshold=1000);
GRANT DELETE, INSERT, SELECT ON redemption.reward_count_delta TO laurel_redemption;

CREATE TABLE redemption.shipment (
  client_id uuid NOT NULL,
  redemption_id uuid NOT NULL,
  carrier text NOT NULL,
  tracking_number text NOT NULL,
  shipped_at timestamp with time zone NOT NULL,
  CONSTRAINT shipment_pkey PRIMARY KEY (client_id, redemption_id),
  CONSTRAINT shipment_client_id_redemption_id_fkey FOREIGN KEY (client_id, redemption_id) REFERENCES redemption.redemption(client_id, id)
);
ALTER TABLE redemption.shipment ENABLE ROW LEVEL SECURITY;
ALTER TABLE redemption.shipment FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON redemption.shipment AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT ON redemption.shipment TO laurel_redemption;

CREATE TABLE redemption.sync_count (
  client_id uuid NOT NULL,
  sequence bigint NOT NULL,
  partition smallint NOT NULL,
  seen bigint NOT NULL,
  CONSTRAINT sync_count_pkey PRIMARY KEY (client_id, sequence, partition)
) WITH (fillfactor=50);
GRANT INSERT, SELECT, UPDATE ON redemption.sync_count TO laurel_redemption;

CREATE TABLE redemption.tenant (
  client_id uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT tenant_pkey PRIMARY KEY (client_id)
);
GRANT INSERT, SELECT ON redemption.tenant TO laurel_redemption;

CREATE TABLE redemption.watermark (
  client_id uuid NOT NULL,
  completed_sequence bigint DEFAULT 0 NOT NULL,
  sequence bigint DEFAULT 0 NOT NULL,
  business_date date,
  applied_sequence bigint DEFAULT 0 NOT NULL,
  moved_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT watermark_pkey PRIMARY KEY (client_id)
);
GRANT INSERT, SELECT, UPDATE ON redemption.watermark TO laurel_redemption;

CREATE OR REPLACE FUNCTION redemption.attach_partition(parent text, child text, bounds text)
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
      PERFORM pg_advisory_xact_lock(hashtextextended('redemption.' || parent, 7));
      IF EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.relnamespace = 'redemption'::regnamespace AND c.relname = child) THEN
        RETURN false;
      END IF;
      SELECT relforcerowsecurity INTO STRICT secured FROM pg_class WHERE oid = to_regclass('redemption.' || parent);
      SELECT storage_parameters INTO parameters FROM redemption.partition_setting s WHERE s.parent = attach_partition.parent;
      EXECUTE format('CREATE TABLE redemption.%I (LIKE redemption.%I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE)', child, parent);
      IF parameters IS NOT NULL THEN
        EXECUTE format('ALTER TABLE redemption.%I SET (%s)', child, parameters);
      END IF;
      IF secured THEN
        EXECUTE format('ALTER TABLE redemption.%I ENABLE ROW LEVEL SECURITY', child);
        EXECUTE format('ALTER TABLE redemption.%I FORCE ROW LEVEL SECURITY', child);
        EXECUTE format('CREATE POLICY tenant ON redemption.%I USING (client_id = (SELECT nullif(current_setting(''laurel.client_id'', true), '''')::uuid))', child);
      END IF;
      EXECUTE format('ALTER TABLE redemption.%I ATTACH PARTITION redemption.%I %s', parent, child, bounds);
      RETURN true;
    END $function$
;

CREATE OR REPLACE FUNCTION redemption.count_redemptions()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  BEGIN
    CASE TG_OP
      WHEN 'INSERT' THEN 
  INSERT INTO redemption.reward_count_delta (client_id, reward_id, open, hidden, claimed, fulfilled, concluded, rejected)
  SELECT * FROM (
    SELECT client_id, reward_id, coalesce(sum(change) FILTER (WHERE status = 'claimable' AND hidden_reason IS NULL), 0)::bigint AS open, coalesce(sum(change) FILTER (WHERE status = 'claimable' AND hidden_reason IS NOT NULL), 0)::bigint AS hidden, coalesce(sum(change) FILTER (WHERE status = 'claimed'), 0)::bigint AS claimed, coalesce(sum(change) FILTER (WHERE status = 'fulfilled'), 0)::bigint AS fulfilled, coalesce(sum(change) FILTER (WHERE status = 'concluded'), 0)::bigint AS concluded, coalesce(sum(change) FILTER (WHERE status = 'rejected'), 0)::bigint AS rejected
    FROM (SELECT client_id, reward_id, status, hidden_reason, 1 AS change FROM arrived) AS changed GROUP BY client_id, reward_id) AS delta
  WHERE (open, hidden, claimed, fulfilled, concluded, rejected) <> (0, 0, 0, 0, 0, 0);
      WHEN 'UPDATE' THEN 
  INSERT INTO redemption.reward_count_delta (client_id, reward_id, open, hidden, claimed, fulfilled, concluded, rejected)
  SELECT * FROM (
    SELECT client_id, reward_id, coalesce(sum(change) FILTER (WHERE status = 'claimable' AND hidden_reason IS NULL), 0)::bigint AS open, coalesce(sum(change) FILTER (WHERE status = 'claimable' AND hidden_reason IS NOT NULL), 0)::bigint AS hidden, coalesce(sum(change) FILTER (WHERE status = 'claimed'), 0)::bigint AS claimed, coalesce(sum(change) FILTER (WHERE status = 'fulfilled'), 0)::bigint AS fulfilled, coalesce(sum(change) FILTER (WHERE status = 'concluded'), 0)::bigint AS concluded, coalesce(sum(change) FILTER (WHERE status = 'rejected'), 0)::bigint AS rejected
    FROM (SELECT client_id, reward_id, status, hidden_reason, 1 AS change FROM arrived UNION ALL SELECT client_id, reward_id, status, hidden_reason, -1 FROM gone) AS changed GROUP BY client_id, reward_id) AS delta
  WHERE (open, hidden, claimed, fulfilled, concluded, rejected) <> (0, 0, 0, 0, 0, 0);
      ELSE 
  INSERT INTO redemption.reward_count_delta (client_id, reward_id, open, hidden, claimed, fulfilled, concluded, rejected)
  SELECT * FROM (
    SELECT client_id, reward_id, coalesce(sum(change) FILTER (WHERE status = 'claimable' AND hidden_reason IS NULL), 0)::bigint AS open, coalesce(sum(change) FILTER (WHERE status = 'claimable' AND hidden_reason IS NOT NULL), 0)::bigint AS hidden, coalesce(sum(change) FILTER (WHERE status = 'claimed'), 0)::bigint AS claimed, coalesce(sum(change) FILTER (WHERE status = 'fulfilled'), 0)::bigint AS fulfilled, coalesce(sum(change) FILTER (WHERE status = 'concluded'), 0)::bigint AS concluded, coalesce(sum(change) FILTER (WHERE status = 'rejected'), 0)::bigint AS rejected
    FROM (SELECT client_id, reward_id, status, hidden_reason, -1 AS change FROM gone) AS changed GROUP BY client_id, reward_id) AS delta
  WHERE (open, hidden, claimed, fulfilled, concluded, rejected) <> (0, 0, 0, 0, 0, 0);
    END CASE;
    RETURN NULL;
  END $function$
;

CREATE OR REPLACE FUNCTION redemption.drop_published_outbox(keep_days integer)
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
        WHERE i.inhparent = 'redemption.outbox'::regclass
          AND to_date(right(c.relname, 8), 'YYYYMMDD') < (now() AT TIME ZONE 'UTC')::date - greatest(keep_days, 1)
        ORDER BY c.relname
      LOOP
        CONTINUE WHEN redemption.has_unpublished(child);
        LOCK TABLE ONLY redemption.outbox IN ACCESS EXCLUSIVE MODE;
        IF NOT redemption.has_unpublished(child) THEN
          EXECUTE format('DROP TABLE redemption.%I', child);
          dropped := dropped + 1;
        END IF;
      END LOOP;
      RETURN dropped;
    EXCEPTION WHEN lock_not_available THEN
      RETURN 0;
    END $function$
;

CREATE OR REPLACE FUNCTION redemption.ensure_list_partition(parent text, client uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    BEGIN
      RETURN redemption.attach_partition(parent, parent || '_' || replace(client::text, '-', ''),
        format('FOR VALUES IN (%L)', client));
    END $function$
;

CREATE OR REPLACE FUNCTION redemption.ensure_range_partition(parent text, lower_bound text, upper_bound text, suffix text)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    BEGIN
      RETURN redemption.attach_partition(parent, parent || '_' || suffix,
        format('FOR VALUES FROM (%L) TO (%L)', lower_bound, upper_bound));
    END $function$
;

CREATE OR REPLACE FUNCTION redemption.erase_texts(creator uuid, OUT notes bigint, OUT parcels bigint)
 RETURNS record
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
      DECLARE
        client uuid := nullif(current_setting('laurel.client_id', true), '')::uuid;
        redemptions uuid[];
      BEGIN
        IF NOT EXISTS (SELECT FROM redemption.creator_tier t
                       WHERE t.client_id = client AND t.creator_id = creator AND t.erased) THEN
          RAISE EXCEPTION 'creator % is not erased', creator USING ERRCODE = 'check_violation';
        END IF;
        SELECT array_agg(d.id) INTO redemptions FROM redemption.redemption d
        WHERE d.client_id = client AND d.creator_id = creator;
        UPDATE redemption.redemption_transition t SET notes = NULL
        WHERE t.client_id = client AND t.redemption_id = ANY (redemptions) AND t.notes IS NOT NULL;
        GET DIAGNOSTICS notes = ROW_COUNT;
        UPDATE redemption.shipment s SET tracking_number = 'erased'
        WHERE s.client_id = client AND s.redemption_id = ANY (redemptions) AND s.tracking_number <> 'erased';
        GET DIAGNOSTICS parcels = ROW_COUNT;
      END $function$
;

CREATE OR REPLACE FUNCTION redemption.guard_redemption()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  BEGIN
    IF (OLD.status, NEW.status) NOT IN (('claimable', 'claimed'), ('claimable', 'rejected'), ('claimed', 'concluded'), ('claimed', 'fulfilled'), ('fulfilled', 'concluded'), ('claimed', 'claimed')) THEN
      RAISE EXCEPTION 'no step leads from % to %', OLD.status, NEW.status USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END $function$
;

CREATE OR REPLACE FUNCTION redemption.has_unpublished(child text)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
    DECLARE
      found boolean;
    BEGIN
      EXECUTE format('SELECT EXISTS (SELECT FROM redemption.%I o JOIN redemption.relay_cursor c USING (shard)
                                     WHERE (o.xid, o.id) > (c.xid, c.id))', child) INTO found;
      RETURN found;
    END $function$
;

CREATE OR REPLACE FUNCTION redemption.keep_destroyed_data_key()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    BEGIN
      RAISE EXCEPTION 'the data key of creator % is destroyed', OLD.creator_id;
    END $function$
;

CREATE OR REPLACE FUNCTION redemption.keep_erased()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    BEGIN
      RAISE EXCEPTION 'creator % is erased, and stays so', OLD.creator_id USING ERRCODE = 'check_violation';
    END $function$
;

CREATE OR REPLACE FUNCTION redemption.make_client_partition(client uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET lock_timeout TO '200ms'
AS $function$
      BEGIN
        RETURN redemption.ensure_list_partition('redemption', client);
      EXCEPTION WHEN lock_not_available THEN
        RETURN false;
      END $function$
;

GRANT EXECUTE ON FUNCTION redemption.drop_published_outbox(integer) TO laurel_redemption;
GRANT EXECUTE ON FUNCTION redemption.ensure_list_partition(text,uuid) TO laurel_redemption;
GRANT EXECUTE ON FUNCTION redemption.ensure_range_partition(text,text,text,text) TO laurel_redemption;
GRANT EXECUTE ON FUNCTION redemption.erase_texts(uuid) TO laurel_redemption;
GRANT EXECUTE ON FUNCTION redemption.make_client_partition(uuid) TO laurel_redemption;
