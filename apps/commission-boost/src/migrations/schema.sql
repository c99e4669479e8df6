-- The end state of this schema’s migrations, written by `npm run generate` and compared by a test.

GRANT USAGE ON SCHEMA commission_boost TO laurel_commission_boost;

CREATE TABLE commission_boost.account_fingerprint (
  client_id uuid NOT NULL,
  boost_id uuid NOT NULL,
  version integer NOT NULL,
  creator_id uuid NOT NULL,
  fingerprint bytea,
  CONSTRAINT account_fingerprint_pkey PRIMARY KEY (client_id, boost_id, version),
  CONSTRAINT account_fingerprint_client_id_boost_id_version_fkey FOREIGN KEY (client_id, boost_id, version) REFERENCES commission_boost.payment_detail(client_id, boost_id, version)
);
CREATE INDEX account_fingerprint_of_account ON commission_boost.account_fingerprint USING btree (client_id, fingerprint, creator_id);
CREATE INDEX account_fingerprint_of_creator ON commission_boost.account_fingerprint USING btree (client_id, creator_id);
ALTER TABLE commission_boost.account_fingerprint ENABLE ROW LEVEL SECURITY;
ALTER TABLE commission_boost.account_fingerprint FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON commission_boost.account_fingerprint AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT DELETE, INSERT, SELECT ON commission_boost.account_fingerprint TO laurel_commission_boost;

CREATE TABLE commission_boost.alert (
  client_id uuid NOT NULL,
  id uuid DEFAULT uuidv7() NOT NULL,
  kind text NOT NULL,
  creator_id uuid NOT NULL,
  boost_id uuid,
  subject text NOT NULL,
  facts jsonb NOT NULL,
  raised_at timestamp with time zone NOT NULL,
  CONSTRAINT alert_pkey PRIMARY KEY (client_id, id),
  CONSTRAINT alert_client_id_kind_subject_key UNIQUE (client_id, kind, subject),
  CONSTRAINT alert_client_id_boost_id_fkey FOREIGN KEY (client_id, boost_id) REFERENCES commission_boost.boost(client_id, id),
  CONSTRAINT alert_facts_check CHECK ((jsonb_typeof(facts) = 'object'::text)),
  CONSTRAINT alert_kind_check CHECK ((kind = ANY (ARRAY['negative_delta'::text, 'unusual_sales'::text, 'tiny_payout'::text, 'corrected_after_reading'::text, 'account_changed_before_payment'::text, 'account_shared'::text, 'late_payment_success'::text, 'payment_came_back'::text, 'seal_broken'::text, 'claim_waits_for_slot'::text])))
);
CREATE INDEX alert_by_boost ON commission_boost.alert USING btree (client_id, boost_id, id) WHERE (boost_id IS NOT NULL);
CREATE INDEX alert_by_kind ON commission_boost.alert USING btree (client_id, kind, id);
ALTER TABLE commission_boost.alert ENABLE ROW LEVEL SECURITY;
ALTER TABLE commission_boost.alert FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON commission_boost.alert AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT ON commission_boost.alert TO laurel_commission_boost;

CREATE TABLE commission_boost.boost (
  client_id uuid NOT NULL,
  id uuid DEFAULT uuidv7() NOT NULL,
  redemption_id uuid NOT NULL,
  creator_id uuid NOT NULL,
  reward_id uuid NOT NULL,
  lane smallint NOT NULL,
  status text DEFAULT 'scheduled'::text NOT NULL,
  rate_bps integer NOT NULL,
  duration_days integer NOT NULL,
  tier_at_claim smallint NOT NULL,
  tier_commission_rate_bps integer NOT NULL,
  scheduled_date date NOT NULL,
  clearing_days integer NOT NULL,
  currency text NOT NULL,
  timezone text NOT NULL,
  claimed_at timestamp with time zone NOT NULL,
  claimed_on date NOT NULL,
  activation_sync_sequence bigint DEFAULT 0 NOT NULL,
  activation_sync_id uuid,
  activation_file_sha256 text,
  activation_date date,
  activated_at timestamp with time zone,
  expiry_date date,
  gmv_at_activation_minor bigint DEFAULT 0 NOT NULL,
  expiry_sync_sequence bigint DEFAULT 0 NOT NULL,
  expiry_sync_id uuid,
  expiry_file_sha256 text,
  expired_on date,
  gmv_at_expiry_minor bigint DEFAULT 0 NOT NULL,
  delta_minor bigint DEFAULT 0 NOT NULL,
  calculated_payout_minor bigint DEFAULT 0 NOT NULL,
  final_payout_minor bigint DEFAULT 0 NOT NULL,
  final_amount_version integer,
  payment_detail_version integer,
  paid_at timestamp with time zone,
  paid_by text,
  transaction_id text,
  hold_override_reason text,
  changed_at timestamp with time zone NOT NULL,
  actor_kind text NOT NULL,
  actor_id text,
  due_date date GENERATED ALWAYS AS (
CASE status
    WHEN 'scheduled'::text THEN scheduled_date
    WHEN 'active'::text THEN expiry_date
    ELSE NULL::date
END) STORED,
  released_at timestamp with time zone,
  CONSTRAINT boost_pkey PRIMARY KEY (client_id, id),
  CONSTRAINT boost_client_id_redemption_id_key UNIQUE (client_id, redemption_id),
  CONSTRAINT boost_client_id_id_final_amount_version_final_payout_minor_fkey FOREIGN KEY (client_id, id, final_amount_version, final_payout_minor) REFERENCES commission_boost.final_amount(client_id, boost_id, version, amount_minor),
  CONSTRAINT boost_client_id_id_payment_detail_version_fkey FOREIGN KEY (client_id, id, payment_detail_version) REFERENCES commission_boost.payment_detail(client_id, boost_id, version),
  CONSTRAINT boost_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['creator'::text, 'admin'::text, 'system'::text]))),
  CONSTRAINT boost_clearing_days_check CHECK ((clearing_days >= 0)),
  CONSTRAINT boost_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  CONSTRAINT boost_duration_days_check CHECK ((duration_days > 0)),
  CONSTRAINT boost_final_amount_version_check CHECK ((final_amount_version > 0)),
  CONSTRAINT boost_final_payout_minor_check CHECK ((final_payout_minor >= 0)),
  CONSTRAINT boost_lane_check CHECK ((lane >= 0)),
  CONSTRAINT boost_payment_detail_version_check CHECK ((payment_detail_version > 0)),
  CONSTRAINT boost_rate_bps_check CHECK (((rate_bps >= 0) AND (rate_bps <= 10000))),
  CONSTRAINT boost_status_check CHECK ((status = ANY (ARRAY['scheduled'::text, 'active'::text, 'expired'::text, 'pending_info'::text, 'pending_payout'::text, 'paid'::text]))),
  CONSTRAINT boost_tier_commission_rate_bps_check CHECK (((tier_commission_rate_bps >= 0) AND (tier_commission_rate_bps <= 10000))),
  CONSTRAINT details_before_money CHECK (
CASE
    WHEN (status = ANY (ARRAY['pending_payout'::text, 'paid'::text])) THEN ((payment_detail_version IS NOT NULL) OR (final_payout_minor = 0))
    ELSE (payment_detail_version IS NULL)
END),
  CONSTRAINT paid_with_transaction CHECK (
CASE
    WHEN (status = 'paid'::text) THEN ((num_nulls(paid_at, paid_by, transaction_id) = 0) AND (btrim(transaction_id) <> ''::text) AND ((transaction_id = 'zero'::text) = (final_payout_minor = 0)))
    ELSE (num_nonnulls(paid_at, paid_by, transaction_id, hold_override_reason) = 0)
END),
  CONSTRAINT payout_is_the_formula CHECK (
CASE
    WHEN (status = ANY (ARRAY['expired'::text, 'pending_info'::text, 'pending_payout'::text, 'paid'::text])) THEN ((delta_minor = (gmv_at_expiry_minor - gmv_at_activation_minor)) AND ((calculated_payout_minor)::numeric = div((((GREATEST(delta_minor, (0)::bigint))::numeric * (rate_bps)::numeric) + (5000)::numeric), (10000)::numeric)) AND ((final_amount_version IS NOT NULL) OR (final_payout_minor = calculated_payout_minor)))
    ELSE ((delta_minor = 0) AND (calculated_payout_minor = 0) AND (final_payout_minor = 0) AND (final_amount_version IS NULL))
END),
  CONSTRAINT reading_at_activation CHECK (
CASE
    WHEN (status = ANY (ARRAY['active'::text, 'expired'::text, 'pending_info'::text, 'pending_payout'::text, 'paid'::text])) THEN ((num_nulls(activation_sync_id, activation_file_sha256, activation_date, activated_at, expiry_date) = 0) AND (activation_sync_sequence > 0) AND (activation_date >= scheduled_date) AND (expiry_date = (activation_date + duration_days)))
    ELSE ((num_nonnulls(activation_sync_id, activation_file_sha256, activation_date, activated_at, expiry_date) = 0) AND (activation_sync_sequence = 0) AND (gmv_at_activation_minor = 0))
END),
  CONSTRAINT reading_at_expiry CHECK (
CASE
    WHEN (status = ANY (ARRAY['expired'::text, 'pending_info'::text, 'pending_payout'::text, 'paid'::text])) THEN ((num_nulls(expiry_sync_id, expiry_file_sha256, expired_on) = 0) AND (expiry_sync_sequence > activation_sync_sequence) AND (expired_on >= expiry_date))
    ELSE ((num_nonnulls(expiry_sync_id, expiry_file_sha256, expired_on) = 0) AND (expiry_sync_sequence = 0) AND (gmv_at_expiry_minor = 0))
END),
  CONSTRAINT released_when_payable CHECK (
CASE status
    WHEN 'paid'::text THEN (released_at IS NOT NULL)
    WHEN 'pending_payout'::text THEN true
    ELSE (released_at IS NULL)
END),
  CONSTRAINT system_has_no_id CHECK (((actor_kind = 'system'::text) = (actor_id IS NULL)))
) WITH (fillfactor=70);
CREATE INDEX boost_by_creator ON commission_boost.boost USING btree (client_id, creator_id, id);
CREATE INDEX boost_by_status ON commission_boost.boost USING btree (client_id, status, id);
CREATE INDEX boost_due ON commission_boost.boost USING btree (client_id, lane, due_date) WHERE (due_date IS NOT NULL);
CREATE INDEX boost_held ON commission_boost.boost USING btree (client_id, lane, ((expiry_date + clearing_days))) WHERE ((status = 'pending_payout'::text) AND (released_at IS NULL));
CREATE INDEX boost_payable ON commission_boost.boost USING btree (client_id, lane, id) WHERE ((status = 'pending_payout'::text) AND (released_at IS NOT NULL));
CREATE UNIQUE INDEX boost_slot ON commission_boost.boost USING btree (client_id, creator_id) WHERE (status = ANY (ARRAY['scheduled'::text, 'active'::text]));
CREATE UNIQUE INDEX boost_transaction ON commission_boost.boost USING btree (client_id, transaction_id) WHERE (transaction_id <> 'zero'::text);
CREATE TRIGGER guard_boost BEFORE INSERT OR UPDATE ON commission_boost.boost FOR EACH ROW EXECUTE FUNCTION commission_boost.guard_boost();
CREATE TRIGGER guard_open_run BEFORE UPDATE ON commission_boost.boost FOR EACH ROW WHEN (((old.status = 'pending_payout'::text) AND ((new.status <> old.status) OR (new.final_amount_version IS DISTINCT FROM old.final_amount_version)))) EXECUTE FUNCTION commission_boost.guard_open_run();
CREATE TRIGGER guard_release BEFORE UPDATE ON commission_boost.boost FOR EACH ROW WHEN (((old.released_at IS NOT NULL) OR (new.status = 'paid'::text))) EXECUTE FUNCTION commission_boost.guard_release();
CREATE TRIGGER post_boost_money AFTER UPDATE ON commission_boost.boost REFERENCING OLD TABLE AS boosts_before NEW TABLE AS boosts_after FOR EACH STATEMENT EXECUTE FUNCTION commission_boost.post_boost_money();
CREATE TRIGGER record_boost_begin AFTER INSERT ON commission_boost.boost REFERENCING NEW TABLE AS boosts_after FOR EACH STATEMENT EXECUTE FUNCTION commission_boost.record_boost_begin();
CREATE TRIGGER record_boost_step AFTER UPDATE ON commission_boost.boost REFERENCING OLD TABLE AS boosts_before NEW TABLE AS boosts_after FOR EACH STATEMENT EXECUTE FUNCTION commission_boost.record_boost_step();
CREATE TRIGGER request_statements AFTER UPDATE ON commission_boost.boost REFERENCING OLD TABLE AS boosts_before NEW TABLE AS boosts_after FOR EACH STATEMENT EXECUTE FUNCTION commission_boost.request_statements();
CREATE TRIGGER total_statuses AFTER UPDATE ON commission_boost.boost REFERENCING OLD TABLE AS boosts_before NEW TABLE AS boosts_after FOR EACH STATEMENT EXECUTE FUNCTION commission_boost.total_statuses();
ALTER TABLE commission_boost.boost ENABLE ROW LEVEL SECURITY;
ALTER TABLE commission_boost.boost FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON commission_boost.boost AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT, UPDATE ON commission_boost.boost TO laurel_commission_boost;

CREATE TABLE commission_boost.boost_transition (
  client_id uuid NOT NULL,
  boost_id uuid NOT NULL,
  from_status text,
  to_status text NOT NULL,
  actor_kind text NOT NULL,
  actor_id text,
  occurred_at timestamp with time zone NOT NULL,
  CONSTRAINT boost_transition_pkey PRIMARY KEY (client_id, boost_id, to_status, occurred_at)
) PARTITION BY RANGE (occurred_at);
ALTER TABLE commission_boost.boost_transition ENABLE ROW LEVEL SECURITY;
ALTER TABLE commission_boost.boost_transition FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON commission_boost.boost_transition AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT SELECT ON commission_boost.boost_transition TO laurel_commission_boost;

CREATE TABLE commission_boost.completed_sync (
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
GRANT INSERT, SELECT ON commission_boost.completed_sync TO laurel_commission_boost;

CREATE TABLE commission_boost.consumer_gap (
  consumer text NOT NULL,
  client_id uuid NOT NULL,
  subject text NOT NULL,
  version_before bigint NOT NULL,
  version_after bigint NOT NULL,
  noticed_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT consumer_gap_pkey PRIMARY KEY (consumer, client_id, subject, version_after)
);
GRANT INSERT, SELECT ON commission_boost.consumer_gap TO laurel_commission_boost;

CREATE TABLE commission_boost.consumer_version (
  consumer text NOT NULL,
  client_id uuid NOT NULL,
  subject text NOT NULL,
  version bigint NOT NULL,
  CONSTRAINT consumer_version_pkey PRIMARY KEY (consumer, client_id, subject)
) WITH (fillfactor=70);
GRANT INSERT, SELECT, UPDATE ON commission_boost.consumer_version TO laurel_commission_boost;

CREATE TABLE commission_boost.creator_erasure (
  client_id uuid NOT NULL,
  erasure_id uuid NOT NULL,
  creator_id uuid NOT NULL,
  stage text NOT NULL,
  forced boolean NOT NULL,
  changed_at timestamp with time zone DEFAULT now() NOT NULL,
  answered_at timestamp with time zone,
  CONSTRAINT creator_erasure_pkey PRIMARY KEY (client_id, erasure_id),
  CONSTRAINT creator_erasure_stage_check CHECK ((stage = ANY (ARRAY['checking'::text, 'refused'::text, 'erasing'::text, 'erased'::text])))
);
CREATE INDEX creator_erasure_of_creator ON commission_boost.creator_erasure USING btree (client_id, creator_id);
CREATE TRIGGER erased_for_good BEFORE UPDATE ON commission_boost.creator_erasure FOR EACH ROW WHEN ((old.stage = 'erased'::text)) EXECUTE FUNCTION commission_boost.keep_erased();
ALTER TABLE commission_boost.creator_erasure ENABLE ROW LEVEL SECURITY;
ALTER TABLE commission_boost.creator_erasure FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON commission_boost.creator_erasure AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT, UPDATE ON commission_boost.creator_erasure TO laurel_commission_boost;

CREATE TABLE commission_boost.creator_gmv (
  client_id uuid NOT NULL,
  creator_id uuid NOT NULL,
  sync_sequence bigint NOT NULL,
  business_date date NOT NULL,
  lifetime_gmv_minor bigint NOT NULL,
  difference_minor bigint NOT NULL,
  CONSTRAINT creator_gmv_pkey PRIMARY KEY (client_id, creator_id, sync_sequence),
  CONSTRAINT creator_gmv_sync_sequence_check CHECK ((sync_sequence > 0))
);
ALTER TABLE commission_boost.creator_gmv ENABLE ROW LEVEL SECURITY;
ALTER TABLE commission_boost.creator_gmv FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON commission_boost.creator_gmv AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT ON commission_boost.creator_gmv TO laurel_commission_boost;

CREATE TABLE commission_boost.data_key (
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
CREATE TRIGGER destroyed_for_good BEFORE UPDATE ON commission_boost.data_key FOR EACH ROW WHEN ((old.destroyed_at IS NOT NULL)) EXECUTE FUNCTION commission_boost.keep_destroyed_data_key();
ALTER TABLE commission_boost.data_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE commission_boost.data_key FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON commission_boost.data_key AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT, UPDATE ON commission_boost.data_key TO laurel_commission_boost;

CREATE TABLE commission_boost.erasure_claim (
  client_id uuid NOT NULL,
  erasure_id uuid NOT NULL,
  redemption_ids uuid[] NOT NULL,
  CONSTRAINT erasure_claim_pkey PRIMARY KEY (client_id, erasure_id)
);
ALTER TABLE commission_boost.erasure_claim ENABLE ROW LEVEL SECURITY;
ALTER TABLE commission_boost.erasure_claim FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON commission_boost.erasure_claim AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT ON commission_boost.erasure_claim TO laurel_commission_boost;

CREATE TABLE commission_boost.final_amount (
  client_id uuid NOT NULL,
  boost_id uuid NOT NULL,
  version integer NOT NULL,
  amount_minor bigint NOT NULL,
  reason text,
  set_by text NOT NULL,
  set_at timestamp with time zone NOT NULL,
  reason_salt text DEFAULT replace((gen_random_uuid())::text, '-'::text, ''::text),
  reason_digest text NOT NULL,
  CONSTRAINT final_amount_pkey PRIMARY KEY (client_id, boost_id, version),
  CONSTRAINT final_amount_client_id_boost_id_version_amount_minor_key UNIQUE (client_id, boost_id, version, amount_minor),
  CONSTRAINT final_amount_client_id_boost_id_fkey FOREIGN KEY (client_id, boost_id) REFERENCES commission_boost.boost(client_id, id),
  CONSTRAINT final_amount_amount_minor_check CHECK ((amount_minor >= 0)),
  CONSTRAINT final_amount_reason_check CHECK ((char_length(btrim(reason)) >= 10)),
  CONSTRAINT final_amount_version_check CHECK ((version > 0)),
  CONSTRAINT reason_with_salt CHECK (((reason IS NULL) = (reason_salt IS NULL)))
);
CREATE TRIGGER digest_reason BEFORE INSERT ON commission_boost.final_amount FOR EACH ROW EXECUTE FUNCTION commission_boost.digest_reason();
ALTER TABLE commission_boost.final_amount ENABLE ROW LEVEL SECURITY;
ALTER TABLE commission_boost.final_amount FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON commission_boost.final_amount AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT ON commission_boost.final_amount TO laurel_commission_boost;

CREATE TABLE commission_boost.idempotency_answer (
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
ALTER TABLE commission_boost.idempotency_answer ENABLE ROW LEVEL SECURITY;
ALTER TABLE commission_boost.idempotency_answer FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON commission_boost.idempotency_answer AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT ON commission_boost.idempotency_answer TO laurel_commission_boost;

CREATE TABLE commission_boost.inbox (
  consumer text NOT NULL,
  event_id uuid NOT NULL,
  received_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT inbox_pkey PRIMARY KEY (consumer, event_id)
);
GRANT INSERT, SELECT ON commission_boost.inbox TO laurel_commission_boost;

CREATE TABLE commission_boost.ledger_posting (
  client_id uuid NOT NULL,
  boost_id uuid NOT NULL,
  cause text NOT NULL,
  version integer NOT NULL,
  currency text NOT NULL,
  debit_account text NOT NULL,
  credit_account text NOT NULL,
  amount_minor bigint NOT NULL,
  posted_on date NOT NULL,
  posted_at timestamp with time zone DEFAULT now() NOT NULL,
  reverses text GENERATED ALWAYS AS (
CASE cause
    WHEN 'reversal'::text THEN 'final_amount'::text
    ELSE NULL::text
END) STORED,
  CONSTRAINT ledger_posting_pkey PRIMARY KEY (client_id, boost_id, cause, version),
  CONSTRAINT ledger_posting_client_id_boost_id_reverses_version_fkey FOREIGN KEY (client_id, boost_id, reverses, version) REFERENCES commission_boost.ledger_posting(client_id, boost_id, cause, version),
  CONSTRAINT accounts_of_the_cause CHECK (
CASE cause
    WHEN 'expiry'::text THEN ((version = 0) AND (debit_account = 'held'::text) AND (credit_account = 'accrued'::text))
    WHEN 'release'::text THEN ((version = 0) AND (debit_account = 'payable'::text) AND (credit_account = 'held'::text))
    WHEN 'payment'::text THEN ((version = 0) AND (debit_account = 'paid'::text) AND (credit_account = 'payable'::text))
    ELSE ((version > 0) AND (((debit_account = ANY (ARRAY['held'::text, 'payable'::text])) AND (credit_account = 'adjusted'::text)) OR ((debit_account = 'adjusted'::text) AND (credit_account = ANY (ARRAY['held'::text, 'payable'::text])))))
END),
  CONSTRAINT ledger_posting_amount_minor_check CHECK ((amount_minor > 0)),
  CONSTRAINT ledger_posting_cause_check CHECK ((cause = ANY (ARRAY['expiry'::text, 'final_amount'::text, 'reversal'::text, 'release'::text, 'payment'::text]))),
  CONSTRAINT ledger_posting_credit_account_check CHECK ((credit_account = ANY (ARRAY['accrued'::text, 'adjusted'::text, 'held'::text, 'payable'::text, 'paid'::text]))),
  CONSTRAINT ledger_posting_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  CONSTRAINT ledger_posting_debit_account_check CHECK ((debit_account = ANY (ARRAY['accrued'::text, 'adjusted'::text, 'held'::text, 'payable'::text, 'paid'::text])))
);
CREATE TRIGGER total_postings AFTER INSERT ON commission_boost.ledger_posting REFERENCING NEW TABLE AS postings FOR EACH STATEMENT EXECUTE FUNCTION commission_boost.total_postings();
ALTER TABLE commission_boost.ledger_posting ENABLE ROW LEVEL SECURITY;
ALTER TABLE commission_boost.ledger_posting FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON commission_boost.ledger_posting AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT SELECT ON commission_boost.ledger_posting TO laurel_commission_boost;

CREATE TABLE commission_boost.migration (
  id integer DEFAULT nextval('commission_boost.migration_id_seq'::regclass) NOT NULL,
  "timestamp" bigint NOT NULL,
  name character varying NOT NULL,
  CONSTRAINT "PK_3043fc6b8af7c99b8b98830094f" PRIMARY KEY (id)
);

CREATE TABLE commission_boost.outbox (
  written_at timestamp with time zone DEFAULT now() NOT NULL,
  shard smallint NOT NULL,
  xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  topic text NOT NULL,
  partition smallint NOT NULL,
  key text NOT NULL,
  value text NOT NULL
) PARTITION BY RANGE (written_at);
CREATE INDEX outbox_order ON ONLY commission_boost.outbox USING btree (shard, xid, id);
GRANT INSERT, SELECT ON commission_boost.outbox TO laurel_commission_boost;

CREATE TABLE commission_boost.parked_audit (
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
GRANT INSERT, SELECT ON commission_boost.parked_audit TO laurel_commission_boost;

CREATE TABLE commission_boost.parked_event (
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
  CONSTRAINT parked_event_parked_id_fkey FOREIGN KEY (parked_id) REFERENCES commission_boost.parked_key(id) ON DELETE CASCADE
);
GRANT DELETE, INSERT, SELECT, UPDATE ON commission_boost.parked_event TO laurel_commission_boost;

CREATE TABLE commission_boost.parked_key (
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
GRANT DELETE, INSERT, SELECT, UPDATE ON commission_boost.parked_key TO laurel_commission_boost;

CREATE TABLE commission_boost.parked_record (
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
GRANT INSERT, SELECT, UPDATE ON commission_boost.parked_record TO laurel_commission_boost;

CREATE TABLE commission_boost.partition_setting (
  parent text NOT NULL,
  storage_parameters text NOT NULL,
  CONSTRAINT partition_setting_pkey PRIMARY KEY (parent)
);

CREATE TABLE commission_boost.payment_detail (
  client_id uuid NOT NULL,
  boost_id uuid NOT NULL,
  version integer NOT NULL,
  creator_id uuid NOT NULL,
  method text NOT NULL,
  sealed_account bytea NOT NULL,
  key_id text,
  given_at timestamp with time zone NOT NULL,
  method_is_bound boolean DEFAULT false NOT NULL,
  CONSTRAINT payment_detail_pkey PRIMARY KEY (client_id, boost_id, version),
  CONSTRAINT payment_detail_client_id_boost_id_fkey FOREIGN KEY (client_id, boost_id) REFERENCES commission_boost.boost(client_id, id),
  CONSTRAINT payment_detail_method_check CHECK ((method = ANY (ARRAY['paypal'::text, 'venmo'::text]))),
  CONSTRAINT payment_detail_version_check CHECK ((version > 0))
);
CREATE INDEX payment_detail_formerly_sealed ON commission_boost.payment_detail USING btree (client_id, boost_id, version) WHERE (key_id IS NOT NULL);
ALTER TABLE commission_boost.payment_detail ENABLE ROW LEVEL SECURITY;
ALTER TABLE commission_boost.payment_detail FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON commission_boost.payment_detail AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT ON commission_boost.payment_detail TO laurel_commission_boost;

CREATE TABLE commission_boost.payout_attempt (
  client_id uuid NOT NULL,
  run_id uuid NOT NULL,
  boost_id uuid NOT NULL,
  creator_id uuid NOT NULL,
  reference text NOT NULL,
  amount_minor bigint NOT NULL,
  payment_detail_version integer NOT NULL,
  status text DEFAULT 'pending'::text NOT NULL,
  transaction_id text,
  settled_at timestamp with time zone,
  settled_by text,
  CONSTRAINT check_paid_attempt TRIGGER DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT payout_attempt_pkey PRIMARY KEY (client_id, run_id, boost_id),
  CONSTRAINT payout_attempt_client_id_reference_key UNIQUE (client_id, reference),
  CONSTRAINT payout_attempt_client_id_boost_id_payment_detail_version_fkey FOREIGN KEY (client_id, boost_id, payment_detail_version) REFERENCES commission_boost.payment_detail(client_id, boost_id, version),
  CONSTRAINT payout_attempt_client_id_run_id_fkey FOREIGN KEY (client_id, run_id) REFERENCES commission_boost.payout_run(client_id, id),
  CONSTRAINT paid_by_transaction CHECK (
CASE status
    WHEN 'paid'::text THEN ((transaction_id IS NOT NULL) AND (btrim(transaction_id) <> ALL (ARRAY[''::text, 'zero'::text])))
    ELSE (transaction_id IS NULL)
END),
  CONSTRAINT payout_attempt_amount_minor_check CHECK ((amount_minor > 0)),
  CONSTRAINT payout_attempt_reference_check CHECK ((reference ~ '^P[0-9A-F]{29}$'::text)),
  CONSTRAINT payout_attempt_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'paid'::text, 'failed'::text]))),
  CONSTRAINT settled_by_somebody CHECK ((((status = 'pending'::text) = (num_nonnulls(settled_at, settled_by) = 0)) AND (num_nonnulls(settled_at, settled_by) <> 1)))
);
CREATE UNIQUE INDEX payout_in_one_run ON commission_boost.payout_attempt USING btree (client_id, boost_id) WHERE (status <> 'failed'::text);
CREATE INDEX payout_pending ON commission_boost.payout_attempt USING btree (client_id, run_id) WHERE (status = 'pending'::text);
CREATE UNIQUE INDEX payout_transaction ON commission_boost.payout_attempt USING btree (client_id, transaction_id) WHERE (status = 'paid'::text);
CREATE TRIGGER check_frozen_payouts AFTER INSERT ON commission_boost.payout_attempt REFERENCING NEW TABLE AS attempts FOR EACH STATEMENT EXECUTE FUNCTION commission_boost.check_frozen_payouts();
CREATE CONSTRAINT TRIGGER check_paid_attempt AFTER UPDATE ON commission_boost.payout_attempt DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.status = 'paid'::text)) EXECUTE FUNCTION commission_boost.check_paid_attempt();
CREATE TRIGGER guard_payout_attempt BEFORE UPDATE ON commission_boost.payout_attempt FOR EACH ROW EXECUTE FUNCTION commission_boost.guard_payout_attempt();
ALTER TABLE commission_boost.payout_attempt ENABLE ROW LEVEL SECURITY;
ALTER TABLE commission_boost.payout_attempt FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON commission_boost.payout_attempt AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT, UPDATE ON commission_boost.payout_attempt TO laurel_commission_boost;

CREATE TABLE commission_boost.payout_export (
  client_id uuid NOT NULL,
  run_id uuid NOT NULL,
  number integer NOT NULL,
  exported_at timestamp with time zone NOT NULL,
  exported_by text NOT NULL,
  CONSTRAINT payout_export_pkey PRIMARY KEY (client_id, run_id, number),
  CONSTRAINT payout_export_client_id_run_id_fkey FOREIGN KEY (client_id, run_id) REFERENCES commission_boost.payout_run(client_id, id),
  CONSTRAINT payout_export_number_check CHECK ((number > 0))
);
ALTER TABLE commission_boost.payout_export ENABLE ROW LEVEL SECURITY;
ALTER TABLE commission_boost.payout_export FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON commission_boost.payout_export AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT ON commission_boost.payout_export TO laurel_commission_boost;

CREATE TABLE commission_boost.payout_late_success (
  client_id uuid NOT NULL,
  boost_id uuid NOT NULL,
  reference text NOT NULL,
  transaction_id text NOT NULL,
  noted_at timestamp with time zone NOT NULL,
  noted_by text NOT NULL,
  CONSTRAINT payout_late_success_pkey PRIMARY KEY (client_id, boost_id, reference, transaction_id),
  CONSTRAINT payout_late_success_client_id_reference_fkey FOREIGN KEY (client_id, reference) REFERENCES commission_boost.payout_attempt(client_id, reference)
);
CREATE INDEX payout_late_transaction ON commission_boost.payout_late_success USING btree (client_id, transaction_id);
ALTER TABLE commission_boost.payout_late_success ENABLE ROW LEVEL SECURITY;
ALTER TABLE commission_boost.payout_late_success FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON commission_boost.payout_late_success AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT ON commission_boost.payout_late_success TO laurel_commission_boost;

CREATE TABLE commission_boost.payout_run (
  client_id uuid NOT NULL,
  id uuid DEFAULT uuidv7() NOT NULL,
  state text DEFAULT 'freezing'::text NOT NULL,
  currency text NOT NULL,
  programme_date date NOT NULL,
  created_at timestamp with time zone NOT NULL,
  created_by text NOT NULL,
  ended_at timestamp with time zone,
  CONSTRAINT payout_run_pkey PRIMARY KEY (client_id, id),
  CONSTRAINT ended_once CHECK (((state = 'ended'::text) = (ended_at IS NOT NULL))),
  CONSTRAINT payout_run_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  CONSTRAINT payout_run_state_check CHECK ((state = ANY (ARRAY['freezing'::text, 'open'::text, 'ended'::text])))
);
CREATE INDEX payout_run_freezing ON commission_boost.payout_run USING btree (client_id) WHERE (state = 'freezing'::text);
CREATE TRIGGER guard_payout_run BEFORE INSERT OR UPDATE ON commission_boost.payout_run FOR EACH ROW EXECUTE FUNCTION commission_boost.guard_payout_run();
ALTER TABLE commission_boost.payout_run ENABLE ROW LEVEL SECURITY;
ALTER TABLE commission_boost.payout_run FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON commission_boost.payout_run AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT, UPDATE ON commission_boost.payout_run TO laurel_commission_boost;

CREATE TABLE commission_boost.payout_total (
  client_id uuid NOT NULL,
  currency text NOT NULL,
  kind text NOT NULL,
  name text NOT NULL,
  month date NOT NULL,
  items bigint NOT NULL,
  amount_minor bigint NOT NULL,
  CONSTRAINT payout_total_pkey PRIMARY KEY (client_id, currency, kind, name, month),
  CONSTRAINT payout_total_kind_check CHECK ((kind = ANY (ARRAY['account'::text, 'status'::text])))
) WITH (fillfactor=50);
ALTER TABLE commission_boost.payout_total ENABLE ROW LEVEL SECURITY;
ALTER TABLE commission_boost.payout_total FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON commission_boost.payout_total AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT SELECT ON commission_boost.payout_total TO laurel_commission_boost;

CREATE TABLE commission_boost.payout_total_delta (
  client_id uuid NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  currency text NOT NULL,
  kind text NOT NULL,
  name text NOT NULL,
  month date NOT NULL,
  items bigint NOT NULL,
  amount_minor bigint NOT NULL,
  CONSTRAINT payout_total_delta_pkey PRIMARY KEY (client_id, id),
  CONSTRAINT payout_total_delta_kind_check CHECK ((kind = ANY (ARRAY['account'::text, 'status'::text])))
) WITH (autovacuum_vacuum_scale_factor=0.1, autovacuum_vacuum_threshold=1000);
ALTER TABLE commission_boost.payout_total_delta ENABLE ROW LEVEL SECURITY;
ALTER TABLE commission_boost.payout_total_delta FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON commission_boost.payout_total_delta AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT SELECT ON commission_boost.payout_total_delta TO laurel_commission_boost;

CREATE TABLE commission_boost.programme_date (
  client_id uuid NOT NULL,
  programme_date date NOT NULL,
  CONSTRAINT programme_date_pkey PRIMARY KEY (client_id)
);
ALTER TABLE commission_boost.programme_date ENABLE ROW LEVEL SECURITY;
ALTER TABLE commission_boost.programme_date FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON commission_boost.programme_date AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT, UPDATE ON commission_boost.programme_date TO laurel_commission_boost;

CREATE TABLE commission_boost.reading_correction (
  client_id uuid NOT NULL,
  boost_id uuid NOT NULL,
  reading text NOT NULL,
  sync_sequence bigint NOT NULL,
  sync_id uuid NOT NULL,
  business_date date NOT NULL,
  difference_minor bigint NOT NULL,
  noted_at timestamp with time zone NOT NULL,
  CONSTRAINT reading_correction_pkey PRIMARY KEY (client_id, boost_id, reading, sync_sequence),
  CONSTRAINT reading_correction_client_id_boost_id_fkey FOREIGN KEY (client_id, boost_id) REFERENCES commission_boost.boost(client_id, id),
  CONSTRAINT reading_correction_difference_minor_check CHECK ((difference_minor <> 0)),
  CONSTRAINT reading_correction_reading_check CHECK ((reading = ANY (ARRAY['activation'::text, 'expiry'::text]))),
  CONSTRAINT reading_correction_sync_sequence_check CHECK ((sync_sequence > 0))
);
CREATE TRIGGER request_corrected_statements AFTER INSERT ON commission_boost.reading_correction REFERENCING NEW TABLE AS corrections_after FOR EACH STATEMENT EXECUTE FUNCTION commission_boost.request_corrected_statements();
ALTER TABLE commission_boost.reading_correction ENABLE ROW LEVEL SECURITY;
ALTER TABLE commission_boost.reading_correction FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON commission_boost.reading_correction AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT ON commission_boost.reading_correction TO laurel_commission_boost;

CREATE TABLE commission_boost.reading_recheck (
  client_id uuid NOT NULL,
  lane smallint NOT NULL,
  sync_sequence bigint NOT NULL,
  creator_id uuid NOT NULL,
  CONSTRAINT reading_recheck_pkey PRIMARY KEY (client_id, lane, sync_sequence, creator_id),
  CONSTRAINT reading_recheck_lane_check CHECK ((lane >= 0))
);
ALTER TABLE commission_boost.reading_recheck ENABLE ROW LEVEL SECURITY;
ALTER TABLE commission_boost.reading_recheck FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON commission_boost.reading_recheck AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT DELETE, INSERT, SELECT ON commission_boost.reading_recheck TO laurel_commission_boost;

CREATE TABLE commission_boost.reconciliation_finding (
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
  CONSTRAINT reconciliation_finding_client_id_first_run_fkey FOREIGN KEY (client_id, first_run) REFERENCES commission_boost.reconciliation_run(client_id, number),
  CONSTRAINT reconciliation_finding_client_id_last_run_fkey FOREIGN KEY (client_id, last_run) REFERENCES commission_boost.reconciliation_run(client_id, number),
  CONSTRAINT reconciliation_finding_client_id_resolved_run_fkey FOREIGN KEY (client_id, resolved_run) REFERENCES commission_boost.reconciliation_run(client_id, number),
  CONSTRAINT reconciliation_finding_check CHECK (((resolved_run IS NULL) = (resolved_at IS NULL))),
  CONSTRAINT reconciliation_finding_subject_kind_check CHECK ((subject_kind = ANY (ARRAY['client'::text, 'creator'::text, 'boost'::text])))
) WITH (fillfactor=70);
CREATE UNIQUE INDEX reconciliation_finding_open ON commission_boost.reconciliation_finding USING btree (client_id, kind, subject_id) WHERE (resolved_run IS NULL);
ALTER TABLE commission_boost.reconciliation_finding ENABLE ROW LEVEL SECURITY;
ALTER TABLE commission_boost.reconciliation_finding FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON commission_boost.reconciliation_finding AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT, UPDATE ON commission_boost.reconciliation_finding TO laurel_commission_boost;

CREATE TABLE commission_boost.reconciliation_run (
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
CREATE UNIQUE INDEX reconciliation_run_night ON commission_boost.reconciliation_run USING btree (client_id, night);
CREATE UNIQUE INDEX reconciliation_run_running ON commission_boost.reconciliation_run USING btree (client_id) WHERE (status = 'running'::text);
ALTER TABLE commission_boost.reconciliation_run ENABLE ROW LEVEL SECURITY;
ALTER TABLE commission_boost.reconciliation_run FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON commission_boost.reconciliation_run AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT, UPDATE ON commission_boost.reconciliation_run TO laurel_commission_boost;

CREATE TABLE commission_boost.relay_cursor (
  shard smallint NOT NULL,
  epoch bigint DEFAULT 0 NOT NULL,
  xid xid8 DEFAULT '0'::xid8 NOT NULL,
  id bigint DEFAULT 0 NOT NULL,
  published bigint DEFAULT 0 NOT NULL,
  moved_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT relay_cursor_pkey PRIMARY KEY (shard)
);
GRANT SELECT, UPDATE ON commission_boost.relay_cursor TO laurel_commission_boost;

CREATE TABLE commission_boost.statement (
  client_id uuid NOT NULL,
  "position" bigint NOT NULL,
  boost_id uuid NOT NULL,
  version integer NOT NULL,
  document text NOT NULL,
  digest text NOT NULL,
  previous text,
  previous_position bigint GENERATED ALWAYS AS (("position" - 1)) STORED NOT NULL,
  hash text NOT NULL,
  adjustment_count integer NOT NULL,
  correction_count integer NOT NULL,
  is_paid boolean NOT NULL,
  CONSTRAINT statement_pkey PRIMARY KEY (client_id, "position"),
  CONSTRAINT statement_client_id_boost_id_version_key UNIQUE (client_id, boost_id, version),
  CONSTRAINT statement_client_id_position_hash_key UNIQUE (client_id, "position", hash),
  CONSTRAINT statement_client_id_boost_id_fkey FOREIGN KEY (client_id, boost_id) REFERENCES commission_boost.boost(client_id, id),
  CONSTRAINT statement_client_id_previous_position_previous_fkey FOREIGN KEY (client_id, previous_position, previous) REFERENCES commission_boost.statement(client_id, "position", hash),
  CONSTRAINT statement_adjustment_count_check CHECK ((adjustment_count >= 0)),
  CONSTRAINT statement_check CHECK ((digest = encode(sha256(convert_to(document, 'UTF8'::name)), 'hex'::text))),
  CONSTRAINT statement_check1 CHECK (((previous IS NULL) = ("position" = 1))),
  CONSTRAINT statement_check2 CHECK ((hash = encode(sha256(convert_to((((((('laurel-chain/1'::text || '
'::text) || "position") || '
'::text) || COALESCE(previous, repeat('0'::text, 64))) || '
'::text) || digest), 'UTF8'::name)), 'hex'::text))),
  CONSTRAINT statement_correction_count_check CHECK ((correction_count >= 0)),
  CONSTRAINT statement_position_check CHECK (("position" > 0)),
  CONSTRAINT statement_version_check CHECK ((version > 0))
);
ALTER TABLE commission_boost.statement ENABLE ROW LEVEL SECURITY;
ALTER TABLE commission_boost.statement FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON commission_boost.statement AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT ON commission_boost.statement TO laurel_commission_boost;

CREATE TABLE commission_boost.statement_request (
  client_id uuid NOT NULL,
  number bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  boost_id uuid NOT NULL,
  adjustment_count integer NOT NULL,
  is_paid boolean NOT NULL,
  CONSTRAINT statement_request_pkey PRIMARY KEY (client_id, number),
  CONSTRAINT statement_request_adjustment_count_check CHECK ((adjustment_count >= 0))
);
CREATE INDEX statement_request_by_boost ON commission_boost.statement_request USING btree (client_id, boost_id);
ALTER TABLE commission_boost.statement_request ENABLE ROW LEVEL SECURITY;
ALTER TABLE commission_boost.statement_request FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON commission_boost.statement_request AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT DELETE, SELECT ON commission_boost.statement_request TO laurel_commission_boost;

CREATE TABLE commission_boost.sync_count (
  client_id uuid NOT NULL,
  sequence bigint NOT NULL,
  partition smallint NOT NULL,
  seen bigint NOT NULL,
  CONSTRAINT sync_count_pkey PRIMARY KEY (client_id, sequence, partition)
) WITH (fillfactor=50);
GRANT INSERT, SELECT, UPDATE ON commission_boost.sync_count TO laurel_commission_boost;

CREATE TABLE commission_boost.tenant (
  client_id uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT tenant_pkey PRIMARY KEY (client_id)
);
GRANT INSERT, SELECT ON commission_boost.tenant TO laurel_commission_boost;

CREATE TABLE commission_boost.waiting_claim (
  client_id uuid NOT NULL,
  redemption_id uuid NOT NULL,
  creator_id uuid NOT NULL,
  lane smallint NOT NULL,
  "position" bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  claim jsonb NOT NULL,
  taken_up_at timestamp with time zone,
  CONSTRAINT waiting_claim_pkey PRIMARY KEY (client_id, redemption_id),
  CONSTRAINT waiting_claim_lane_check CHECK ((lane >= 0))
);
CREATE INDEX waiting_claim_open ON commission_boost.waiting_claim USING btree (client_id, lane, creator_id, "position") WHERE (taken_up_at IS NULL);
ALTER TABLE commission_boost.waiting_claim ENABLE ROW LEVEL SECURITY;
ALTER TABLE commission_boost.waiting_claim FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON commission_boost.waiting_claim AS PERMISSIVE FOR ALL TO PUBLIC
  USING ((client_id = ( SELECT (NULLIF(current_setting('laurel.client_id'::text, true), ''::text))::uuid AS "nullif")));
GRANT INSERT, SELECT, UPDATE ON commission_boost.waiting_claim TO laurel_commission_boost;

CREATE TABLE commission_boost.watermark (
  client_id uuid NOT NULL,
  completed_sequence bigint DEFAULT 0 NOT NULL,
  sequence bigint DEFAULT 0 NOT NULL,
  business_date date,
  applied_sequence bigint DEFAULT 0 NOT NULL,
  moved_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT watermark_pkey PRIMARY KEY (client_id)
);
GRANT INSERT, SELECT, UPDATE ON commission_boost.watermark TO laurel_commission_boost;

CREATE OR REPLACE FUNCTION commission_boost.attach_partition(parent text, child text, bounds text)
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
      PERFORM pg_advisory_xact_lock(hashtextextended('commission_boost.' || parent, 7));
      IF EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.relnamespace = 'commission_boost'::regnamespace AND c.relname = child) THEN
        RETURN false;
      END IF;
      SELECT relforcerowsecurity INTO STRICT secured FROM pg_class WHERE oid = to_regclass('commission_boost.' || parent);
      SELECT storage_parameters INTO parameters FROM commission_boost.partition_setting s WHERE s.parent = attach_partition.parent;
      EXECUTE format('CREATE TABLE commission_boost.%I (LIKE commission_boost.%I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE)', child, parent);
      IF parameters IS NOT NULL THEN
        EXECUTE format('ALTER TABLE commission_boost.%I SET (%s)', child, parameters);
      END IF;
      IF secured THEN
        EXECUTE format('ALTER TABLE commission_boost.%I ENABLE ROW LEVEL SECURITY', child);
        EXECUTE format('ALTER TABLE commission_boost.%I FORCE ROW LEVEL SECURITY', child);
        EXECUTE format('CREATE POLICY tenant ON commission_boost.%I USING (client_id = (SELECT nullif(current_setting(''laurel.client_id'', true), '''')::uuid))', child);
      END IF;
      EXECUTE format('ALTER TABLE commission_boost.%I ATTACH PARTITION commission_boost.%I %s', parent, child, bounds);
      RETURN true;
    END $function$
;

CREATE OR REPLACE FUNCTION commission_boost.check_frozen_payouts()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  BEGIN
    IF EXISTS (
      SELECT FROM attempts AS a
      LEFT JOIN commission_boost.payout_run AS r ON r.client_id = a.client_id AND r.id = a.run_id AND r.state = 'freezing'
      LEFT JOIN commission_boost.boost AS b
        ON b.client_id = a.client_id AND b.id = a.boost_id AND b.creator_id = a.creator_id AND b.status = 'pending_payout'
        AND b.released_at IS NOT NULL AND b.final_payout_minor = a.amount_minor
        AND b.payment_detail_version = a.payment_detail_version AND b.currency = r.currency
      WHERE r.id IS NULL OR b.id IS NULL OR a.status <> 'pending') THEN
      RAISE EXCEPTION 'a payout attempt is what its boost is to be paid now, in a run that is freezing'
        USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
  END $function$
;

CREATE OR REPLACE FUNCTION commission_boost.check_paid_attempt()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  BEGIN
    IF NOT EXISTS (
      SELECT FROM commission_boost.boost WHERE client_id = NEW.client_id AND id = NEW.boost_id AND status = 'paid'
        AND transaction_id = NEW.transaction_id AND final_payout_minor = NEW.amount_minor) THEN
      RAISE EXCEPTION 'a payout attempt is paid when its boost is, by the same transaction' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
  END $function$
;

CREATE OR REPLACE FUNCTION commission_boost.digest_reason()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  BEGIN
    NEW.reason_salt := replace(gen_random_uuid()::text, '-', '');
    NEW.reason_digest := encode(sha256(convert_to(NEW.reason_salt || ':' || NEW.reason, 'UTF8')), 'hex');
    RETURN NEW;
  END $function$
;

CREATE OR REPLACE FUNCTION commission_boost.drop_published_outbox(keep_days integer)
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
        WHERE i.inhparent = 'commission_boost.outbox'::regclass
          AND to_date(right(c.relname, 8), 'YYYYMMDD') < (now() AT TIME ZONE 'UTC')::date - greatest(keep_days, 1)
        ORDER BY c.relname
      LOOP
        CONTINUE WHEN commission_boost.has_unpublished(child);
        LOCK TABLE ONLY commission_boost.outbox IN ACCESS EXCLUSIVE MODE;
        IF NOT commission_boost.has_unpublished(child) THEN
          EXECUTE format('DROP TABLE commission_boost.%I', child);
          dropped := dropped + 1;
        END IF;
      END LOOP;
      RETURN dropped;
    EXCEPTION WHEN lock_not_available THEN
      RETURN 0;
    END $function$
;

CREATE OR REPLACE FUNCTION commission_boost.ensure_list_partition(parent text, client uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    BEGIN
      RETURN commission_boost.attach_partition(parent, parent || '_' || replace(client::text, '-', ''),
        format('FOR VALUES IN (%L)', client));
    END $function$
;

CREATE OR REPLACE FUNCTION commission_boost.ensure_range_partition(parent text, lower_bound text, upper_bound text, suffix text)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    BEGIN
      RETURN commission_boost.attach_partition(parent, parent || '_' || suffix,
        format('FOR VALUES FROM (%L) TO (%L)', lower_bound, upper_bound));
    END $function$
;

CREATE OR REPLACE FUNCTION commission_boost.erase_texts(creator uuid, OUT reasons bigint, OUT former_accounts bigint)
 RETURNS record
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
      DECLARE
        client uuid := nullif(current_setting('laurel.client_id', true), '')::uuid;
        boosts uuid[];
        overrides bigint;
      BEGIN
        IF NOT EXISTS (SELECT FROM commission_boost.creator_erasure e
                       WHERE e.client_id = client AND e.creator_id = creator AND e.stage IN ('erasing', 'erased')) THEN
          RAISE EXCEPTION 'creator % is not erased', creator USING ERRCODE = 'check_violation';
        END IF;
        SELECT array_agg(b.id) INTO boosts FROM commission_boost.boost b WHERE b.client_id = client AND b.creator_id = creator;
        UPDATE commission_boost.final_amount f SET reason = NULL, reason_salt = NULL
        WHERE f.client_id = client AND f.boost_id = ANY (boosts) AND f.reason IS NOT NULL;
        GET DIAGNOSTICS reasons = ROW_COUNT;
        UPDATE commission_boost.boost b SET hold_override_reason = 'erased'
        WHERE b.client_id = client AND b.id = ANY (boosts) AND b.hold_override_reason <> 'erased';
        GET DIAGNOSTICS overrides = ROW_COUNT;
        reasons := reasons + overrides;
        UPDATE commission_boost.idempotency_answer i SET fingerprint = 'erased'
        WHERE i.client_id = client AND i.body LIKE '%' || creator::text || '%'
          AND i.body::jsonb ->> 'creatorId' = creator::text AND i.fingerprint <> 'erased';
        UPDATE commission_boost.payment_detail d SET sealed_account = '', key_id = NULL
        WHERE d.client_id = client AND d.boost_id = ANY (boosts) AND d.key_id IS NOT NULL;
        GET DIAGNOSTICS former_accounts = ROW_COUNT;
      END $function$
;

CREATE OR REPLACE FUNCTION commission_boost.fold_payout_totals()
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    WITH folded AS (
      DELETE FROM commission_boost.payout_total_delta
      WHERE client_id = (SELECT nullif(current_setting('laurel.client_id', true), '')::uuid)
      RETURNING *)
    INSERT INTO commission_boost.payout_total AS t (client_id, currency, kind, name, month, items, amount_minor)
    SELECT client_id, currency, kind, name, month, sum(items), sum(amount_minor)
    FROM folded GROUP BY client_id, currency, kind, name, month ORDER BY currency, kind, name, month
    ON CONFLICT (client_id, currency, kind, name, month) DO UPDATE
      SET items = t.items + excluded.items, amount_minor = t.amount_minor + excluded.amount_minor
  $function$
;

CREATE OR REPLACE FUNCTION commission_boost.guard_boost()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  BEGIN
    IF TG_OP = 'INSERT' THEN
      IF NEW.status <> 'scheduled' THEN
        RAISE EXCEPTION 'a boost begins as scheduled, not as %', NEW.status USING ERRCODE = 'check_violation';
      END IF;
      RETURN NEW;
    END IF;
    IF OLD.status = 'paid' AND NOT (
        current_user = 'laurel_commission_boost_owner' AND NEW.hold_override_reason = 'erased'
        AND to_jsonb(NEW) - 'hold_override_reason' = to_jsonb(OLD) - 'hold_override_reason') THEN
      RAISE EXCEPTION 'a paid boost never changes' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.status <> OLD.status
       AND array_position(ARRAY['scheduled', 'active', 'expired', 'pending_info', 'pending_payout', 'paid'], NEW.status) IS DISTINCT FROM array_position(ARRAY['scheduled', 'active', 'expired', 'pending_info', 'pending_payout', 'paid'], OLD.status) + 1 THEN
      RAISE EXCEPTION 'no step leads from % to %', OLD.status, NEW.status USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.client_id, NEW.id, NEW.redemption_id, NEW.creator_id, NEW.reward_id, NEW.lane, NEW.rate_bps,
        NEW.duration_days, NEW.tier_at_claim, NEW.tier_commission_rate_bps, NEW.scheduled_date, NEW.clearing_days,
        NEW.currency, NEW.timezone, NEW.claimed_at, NEW.claimed_on)
       IS DISTINCT FROM
       (OLD.client_id, OLD.id, OLD.redemption_id, OLD.creator_id, OLD.reward_id, OLD.lane, OLD.rate_bps,
        OLD.duration_days, OLD.tier_at_claim, OLD.tier_commission_rate_bps, OLD.scheduled_date, OLD.clearing_days,
        OLD.currency, OLD.timezone, OLD.claimed_at, OLD.claimed_on) THEN
      RAISE EXCEPTION 'the terms of a boost are frozen' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.status <> 'scheduled'
       AND (NEW.activation_sync_sequence, NEW.activation_sync_id, NEW.activation_file_sha256, NEW.activation_date,
            NEW.activated_at, NEW.expiry_date, NEW.gmv_at_activation_minor)
           IS DISTINCT FROM
           (OLD.activation_sync_sequence, OLD.activation_sync_id, OLD.activation_file_sha256, OLD.activation_date,
            OLD.activated_at, OLD.expiry_date, OLD.gmv_at_activation_minor) THEN
      RAISE EXCEPTION 'the reading at activation is frozen' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.status NOT IN ('scheduled', 'active')
       AND (NEW.expiry_sync_sequence, NEW.expiry_sync_id, NEW.expiry_file_sha256, NEW.expired_on,
            NEW.gmv_at_expiry_minor, NEW.delta_minor, NEW.calculated_payout_minor)
           IS DISTINCT FROM
           (OLD.expiry_sync_sequence, OLD.expiry_sync_id, OLD.expiry_file_sha256, OLD.expired_on,
            OLD.gmv_at_expiry_minor, OLD.delta_minor, OLD.calculated_payout_minor) THEN
      RAISE EXCEPTION 'the reading at expiry is frozen' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END $function$
;

CREATE OR REPLACE FUNCTION commission_boost.guard_open_run()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  BEGIN
    IF EXISTS (SELECT FROM commission_boost.payout_attempt
               WHERE client_id = NEW.client_id AND boost_id = NEW.id AND status = 'pending') THEN
      RAISE EXCEPTION 'a boost in an open payout run is paid by its run' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END $function$
;

CREATE OR REPLACE FUNCTION commission_boost.guard_payout_attempt()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  BEGIN
    IF OLD.status <> 'pending'
       OR (NEW.client_id, NEW.run_id, NEW.boost_id, NEW.creator_id, NEW.reference, NEW.amount_minor, NEW.payment_detail_version)
          IS DISTINCT FROM
          (OLD.client_id, OLD.run_id, OLD.boost_id, OLD.creator_id, OLD.reference, OLD.amount_minor, OLD.payment_detail_version) THEN
      RAISE EXCEPTION 'a payout attempt is frozen, and settled once' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END $function$
;

CREATE OR REPLACE FUNCTION commission_boost.guard_payout_run()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  BEGIN
    IF TG_OP = 'INSERT' THEN
      IF NEW.state <> 'freezing' THEN
        RAISE EXCEPTION 'a payout run begins empty' USING ERRCODE = 'check_violation';
      END IF;
    ELSIF (NEW.client_id, NEW.id, NEW.currency, NEW.programme_date, NEW.created_at, NEW.created_by)
          IS DISTINCT FROM (OLD.client_id, OLD.id, OLD.currency, OLD.programme_date, OLD.created_at, OLD.created_by)
          OR (OLD.state, NEW.state) NOT IN (('freezing', 'open'), ('freezing', 'ended'), ('open', 'ended')) THEN
      RAISE EXCEPTION 'a payout run only goes on' USING ERRCODE = 'check_violation';
    ELSIF NEW.state = 'ended' AND EXISTS (
            SELECT FROM commission_boost.payout_attempt
            WHERE client_id = NEW.client_id AND run_id = NEW.id AND status = 'pending') THEN
      RAISE EXCEPTION 'a payout run ends when none of its payouts is pending' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END $function$
;

CREATE OR REPLACE FUNCTION commission_boost.guard_release()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  BEGIN
    IF OLD.released_at IS NOT NULL AND NEW.released_at IS DISTINCT FROM OLD.released_at THEN
      RAISE EXCEPTION 'a payout is released once' USING ERRCODE = 'check_violation';
    END IF;
    -- What is paid was payable, also when the payment overrides the hold.
    IF NEW.status = 'paid' AND NEW.released_at IS NULL THEN
      NEW.released_at := NEW.paid_at;
    END IF;
    RETURN NEW;
  END $function$
;

CREATE OR REPLACE FUNCTION commission_boost.has_unpublished(child text)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
    DECLARE
      found boolean;
    BEGIN
      EXECUTE format('SELECT EXISTS (SELECT FROM commission_boost.%I o JOIN commission_boost.relay_cursor c USING (shard)
                                     WHERE (o.xid, o.id) > (c.xid, c.id))', child) INTO found;
      RETURN found;
    END $function$
;

CREATE OR REPLACE FUNCTION commission_boost.keep_destroyed_data_key()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    BEGIN
      RAISE EXCEPTION 'the data key of creator % is destroyed', OLD.creator_id;
    END $function$
;

CREATE OR REPLACE FUNCTION commission_boost.keep_erased()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    BEGIN
      RAISE EXCEPTION 'creator % is erased, and stays so', OLD.creator_id USING ERRCODE = 'check_violation';
    END $function$
;

CREATE OR REPLACE FUNCTION commission_boost.post_boost_money()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  BEGIN
    
  INSERT INTO commission_boost.ledger_posting
    (client_id, boost_id, cause, version, currency, debit_account, credit_account, amount_minor, posted_on, posted_at)
    SELECT after.client_id, after.id, cause, version, after.currency, 
  CASE WHEN amount > 0 THEN debit ELSE credit END, CASE WHEN amount > 0 THEN credit ELSE debit END, abs(amount),
           greatest(after.expired_on, today.programme_date), now()
    FROM boosts_after AS after
    JOIN (SELECT *, CASE WHEN released_at IS NULL THEN 'held' ELSE 'payable' END AS stands_in FROM boosts_before) AS before
      ON before.client_id = after.client_id AND before.id = after.id
      AND (before.status, before.final_amount_version, before.released_at)
          IS DISTINCT FROM (after.status, after.final_amount_version, after.released_at)
    LEFT JOIN commission_boost.programme_date AS today ON today.client_id = after.client_id
    CROSS JOIN LATERAL 
  (VALUES
    ('expiry', 0, 'held', 'accrued',
     CASE WHEN before.status = 'active' AND after.status <> 'active' THEN after.calculated_payout_minor ELSE 0 END),
    ('reversal', before.final_amount_version, before.stands_in, 'adjusted',
     CASE WHEN before.final_amount_version IS DISTINCT FROM after.final_amount_version
               AND before.final_amount_version IS NOT NULL
          THEN before.calculated_payout_minor - before.final_payout_minor ELSE 0 END),
    ('final_amount', after.final_amount_version, before.stands_in, 'adjusted',
     CASE WHEN before.final_amount_version IS DISTINCT FROM after.final_amount_version
               AND after.final_amount_version IS NOT NULL
          THEN after.final_payout_minor - after.calculated_payout_minor ELSE 0 END),
    ('release', 0, 'payable', 'held',
     CASE WHEN before.released_at IS NULL AND after.released_at IS NOT NULL THEN after.final_payout_minor ELSE 0 END),
    ('payment', 0, 'paid', 'payable',
     CASE WHEN before.status <> 'paid' AND after.status = 'paid' THEN after.final_payout_minor ELSE 0 END)
  ) AS posting (cause, version, debit, credit, amount)
    WHERE posting.amount <> 0;
    RETURN NULL;
  END $function$
;

CREATE OR REPLACE FUNCTION commission_boost.record_boost_begin()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  BEGIN
    INSERT INTO commission_boost.boost_transition
      (client_id, boost_id, from_status, to_status, actor_kind, actor_id, occurred_at)
    SELECT client_id, id, NULL, status, actor_kind, actor_id, changed_at FROM boosts_after;
    RETURN NULL;
  END $function$
;

CREATE OR REPLACE FUNCTION commission_boost.record_boost_step()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  BEGIN
    INSERT INTO commission_boost.boost_transition
      (client_id, boost_id, from_status, to_status, actor_kind, actor_id, occurred_at)
    SELECT after.client_id, after.id, before.status, after.status, after.actor_kind, after.actor_id, after.changed_at
    FROM boosts_after AS after JOIN boosts_before AS before USING (client_id, id)
    WHERE after.status <> before.status;
    RETURN NULL;
  END $function$
;

CREATE OR REPLACE FUNCTION commission_boost.request_corrected_statements()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
      BEGIN
        INSERT INTO commission_boost.statement_request (client_id, boost_id, adjustment_count, is_paid)
        SELECT DISTINCT client_id, boost_id, 0, false FROM corrections_after ORDER BY boost_id;
        RETURN NULL;
      END $function$
;

CREATE OR REPLACE FUNCTION commission_boost.request_statements()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  BEGIN
    INSERT INTO commission_boost.statement_request (client_id, boost_id, adjustment_count, is_paid)
    SELECT after.client_id, after.id, coalesce(after.final_amount_version, 0), after.status = 'paid'
    FROM boosts_after AS after JOIN boosts_before AS before USING (client_id, id)
    WHERE after.status IN ('expired', 'paid') AND after.status <> before.status
       OR after.final_amount_version IS DISTINCT FROM before.final_amount_version
    ORDER BY after.id;
    RETURN NULL;
  END $function$
;

CREATE OR REPLACE FUNCTION commission_boost.seal_account_anew(boost uuid, detail_version integer, former bytea, anew bytea)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
      BEGIN
        UPDATE commission_boost.payment_detail SET sealed_account = anew, key_id = NULL
        WHERE client_id = (SELECT nullif(current_setting('laurel.client_id', true), '')::uuid)
          AND boost_id = boost AND version = detail_version AND sealed_account = former AND key_id IS NOT NULL;
        RETURN FOUND;
      END $function$
;

CREATE OR REPLACE FUNCTION commission_boost.total_postings()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  BEGIN
    
  INSERT INTO commission_boost.payout_total_delta (client_id, currency, kind, name, month, items, amount_minor)
  SELECT client_id, currency, 'account', side.name, date_trunc('month', posted_on)::date,
         count(*), sum(CASE WHEN side.name IN ('accrued', 'adjusted') THEN -debited ELSE debited END)
  FROM postings AS p
  CROSS JOIN LATERAL (VALUES (debit_account, amount_minor), (credit_account, -amount_minor)) AS side (name, debited)
  GROUP BY client_id, currency, side.name, date_trunc('month', posted_on);
    RETURN NULL;
  END $function$
;

CREATE OR REPLACE FUNCTION commission_boost.total_statuses()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  BEGIN
    
  INSERT INTO commission_boost.payout_total_delta (client_id, currency, kind, name, month, items, amount_minor)
  SELECT client_id, currency, 'status', status, date_trunc('month', expiry_date)::date,
         sum(sign), sum(sign * final_payout_minor)
  FROM (SELECT client_id, currency, status, expiry_date, final_payout_minor, 1 AS sign FROM boosts_after UNION ALL SELECT client_id, currency, status, expiry_date, final_payout_minor, -1 FROM boosts_before) AS b WHERE status NOT IN ('scheduled', 'active')
  GROUP BY client_id, currency, status, date_trunc('month', expiry_date)
  HAVING sum(sign) <> 0 OR sum(sign * final_payout_minor) <> 0;
    RETURN NULL;
  END $function$
;

GRANT EXECUTE ON FUNCTION commission_boost.drop_published_outbox(integer) TO laurel_commission_boost;
GRANT EXECUTE ON FUNCTION commission_boost.ensure_list_partition(text,uuid) TO laurel_commission_boost;
GRANT EXECUTE ON FUNCTION commission_boost.ensure_range_partition(text,text,text,text) TO laurel_commission_boost;
GRANT EXECUTE ON FUNCTION commission_boost.erase_texts(uuid) TO laurel_commission_boost;
GRANT EXECUTE ON FUNCTION commission_boost.fold_payout_totals() TO laurel_commission_boost;
GRANT EXECUTE ON FUNCTION commission_boost.seal_account_anew(uuid,integer,bytea,bytea) TO laurel_commission_boost;
