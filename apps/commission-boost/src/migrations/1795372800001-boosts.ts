import { tenantTable } from '#libs/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { BOOST_STATUSES, hasReached, type BoostStatus } from '../domain/boost/boost-status.ts';

const SCHEMA = 'commission_boost';

const quoted = (statuses: readonly BoostStatus[]) => statuses.map((status) => `'${status}'`).join(', ');
const ORDER = `ARRAY[${quoted(BOOST_STATUSES)}]`;
const reached = (milestone: BoostStatus) =>
  `status IN (${quoted(BOOST_STATUSES.filter((status) => hasReached(status, milestone)))})`;

/**
 * Boosts and their history. The checks are a second opinion on the rules of `domain/`: whoever writes here, also by
 * hand, makes legal steps only, changes no frozen term and no reading, and pays once, what the formula says.
 */
export class Boosts1795372800001 implements MigrationInterface {
  readonly name = 'Boosts1795372800001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(BOOST);
    await runner.query(TRANSITION);
    await runner.query(GUARD);
    await runner.query(RECORD);
  }

  down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

const BOOST = `
  CREATE TABLE ${SCHEMA}.boost (
    client_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT uuidv7(),
    redemption_id uuid NOT NULL,
    creator_id uuid NOT NULL,
    reward_id uuid NOT NULL,
    -- Of the creator's key: a chunk of due boosts is one lane's, and takes its one lock.
    lane smallint NOT NULL CHECK (lane >= 0),
    status text NOT NULL DEFAULT 'scheduled' CHECK (status IN (${quoted(BOOST_STATUSES)})),

    -- The terms, as claimed.
    rate_bps integer NOT NULL CHECK (rate_bps BETWEEN 0 AND 10000),
    duration_days integer NOT NULL CHECK (duration_days > 0),
    tier_at_claim smallint NOT NULL,
    tier_commission_rate_bps integer NOT NULL CHECK (tier_commission_rate_bps BETWEEN 0 AND 10000),
    scheduled_date date NOT NULL,
    clearing_days integer NOT NULL CHECK (clearing_days >= 0),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    timezone text NOT NULL,
    claimed_at timestamptz NOT NULL,
    claimed_on date NOT NULL,

    -- The reading at activation. Sequences begin at 1; until there is a reading its numbers are 0.
    activation_sync_sequence bigint NOT NULL DEFAULT 0,
    activation_sync_id uuid,
    activation_file_sha256 text,
    activation_date date,
    activated_at timestamptz,
    expiry_date date,
    gmv_at_activation_minor bigint NOT NULL DEFAULT 0,

    -- The reading at expiry, and what came of it.
    expiry_sync_sequence bigint NOT NULL DEFAULT 0,
    expiry_sync_id uuid,
    expiry_file_sha256 text,
    expired_on date,
    gmv_at_expiry_minor bigint NOT NULL DEFAULT 0,
    delta_minor bigint NOT NULL DEFAULT 0,
    calculated_payout_minor bigint NOT NULL DEFAULT 0,

    final_payout_minor bigint NOT NULL DEFAULT 0 CHECK (final_payout_minor >= 0),
    final_amount_version integer CHECK (final_amount_version > 0),
    payment_detail_version integer CHECK (payment_detail_version > 0),
    paid_at timestamptz,
    paid_by text,
    transaction_id text,
    hold_override_reason text,

    -- The latest step: when, by whom.
    changed_at timestamptz NOT NULL,
    actor_kind text NOT NULL CHECK (actor_kind IN ('creator', 'admin', 'system')),
    actor_id text,

    due_date date GENERATED ALWAYS AS
      (CASE status WHEN 'scheduled' THEN scheduled_date WHEN 'active' THEN expiry_date END) STORED,

    PRIMARY KEY (client_id, id),
    UNIQUE (client_id, redemption_id),
    CONSTRAINT system_has_no_id CHECK ((actor_kind = 'system') = (actor_id IS NULL)),
    CONSTRAINT reading_at_activation CHECK (CASE WHEN ${reached('active')} THEN
        num_nulls(activation_sync_id, activation_file_sha256, activation_date, activated_at, expiry_date) = 0
        AND activation_sync_sequence > 0
        AND activation_date >= scheduled_date
        AND expiry_date = activation_date + duration_days
      ELSE
        num_nonnulls(activation_sync_id, activation_file_sha256, activation_date, activated_at, expiry_date) = 0
        AND activation_sync_sequence = 0 AND gmv_at_activation_minor = 0
      END),
    CONSTRAINT reading_at_expiry CHECK (CASE WHEN ${reached('expired')} THEN
        num_nulls(expiry_sync_id, expiry_file_sha256, expired_on) = 0
        AND expiry_sync_sequence > activation_sync_sequence
        AND expired_on >= expiry_date
      ELSE
        num_nonnulls(expiry_sync_id, expiry_file_sha256, expired_on) = 0
        AND expiry_sync_sequence = 0 AND gmv_at_expiry_minor = 0
      END),
    CONSTRAINT payout_is_the_formula CHECK (CASE WHEN ${reached('expired')} THEN
        delta_minor = gmv_at_expiry_minor - gmv_at_activation_minor
        AND calculated_payout_minor = div(greatest(delta_minor, 0)::numeric * rate_bps + 5000, 10000)
        AND (final_amount_version IS NOT NULL OR final_payout_minor = calculated_payout_minor)
      ELSE
        delta_minor = 0 AND calculated_payout_minor = 0 AND final_payout_minor = 0 AND final_amount_version IS NULL
      END),
    CONSTRAINT details_before_money CHECK (CASE WHEN ${reached('pending_payout')} THEN
        payment_detail_version IS NOT NULL OR final_payout_minor = 0
      ELSE
        payment_detail_version IS NULL
      END),
    CONSTRAINT paid_with_transaction CHECK (CASE WHEN ${reached('paid')} THEN
        num_nulls(paid_at, paid_by, transaction_id) = 0
        AND btrim(transaction_id) <> ''
        AND (transaction_id = 'zero') = (final_payout_minor = 0)
      ELSE
        num_nonnulls(paid_at, paid_by, transaction_id, hold_override_reason) = 0
      END)
  ) WITH (fillfactor = 70);

  -- One boost scheduled or active per creator, whatever the other service believes.
  CREATE UNIQUE INDEX boost_slot ON ${SCHEMA}.boost (client_id, creator_id) WHERE status IN ('scheduled', 'active');
  CREATE INDEX boost_due ON ${SCHEMA}.boost (client_id, lane, due_date) WHERE due_date IS NOT NULL;
  CREATE INDEX boost_by_status ON ${SCHEMA}.boost (client_id, status, id);
  CREATE INDEX boost_by_creator ON ${SCHEMA}.boost (client_id, creator_id, id);
  ${tenantTable(SCHEMA, 'boost', ['select', 'insert', 'update'])}`;

const TRANSITION = `
  -- The history. Rows come from the steps themselves (record_boost_step); the running role can only read them.
  CREATE TABLE ${SCHEMA}.boost_transition (
    client_id uuid NOT NULL,
    boost_id uuid NOT NULL,
    from_status text,
    to_status text NOT NULL,
    actor_kind text NOT NULL,
    actor_id text,
    occurred_at timestamptz NOT NULL,
    PRIMARY KEY (client_id, boost_id, to_status, occurred_at)
  ) PARTITION BY RANGE (occurred_at);
  ${tenantTable(SCHEMA, 'boost_transition', ['select'])}

  SELECT ${SCHEMA}.ensure_range_partition('boost_transition', quarter || '+00',
                                          (quarter + interval '3 months') || '+00', to_char(quarter, 'YYYY"q"Q'))
  FROM generate_series(date_trunc('quarter', now() AT TIME ZONE 'UTC'), (now() AT TIME ZONE 'UTC') + interval '3 months',
                       interval '3 months') AS quarter;`;

const GUARD = `
  CREATE FUNCTION ${SCHEMA}.guard_boost() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
  BEGIN
    IF TG_OP = 'INSERT' THEN
      IF NEW.status <> 'scheduled' THEN
        RAISE EXCEPTION 'a boost begins as scheduled, not as %', NEW.status USING ERRCODE = 'check_violation';
      END IF;
      RETURN NEW;
    END IF;
    IF OLD.status = 'paid' THEN
      RAISE EXCEPTION 'a paid boost never changes' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.status <> OLD.status
       AND array_position(${ORDER}, NEW.status) IS DISTINCT FROM array_position(${ORDER}, OLD.status) + 1 THEN
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
  END $body$;
  CREATE TRIGGER guard_boost BEFORE INSERT OR UPDATE ON ${SCHEMA}.boost
    FOR EACH ROW EXECUTE FUNCTION ${SCHEMA}.guard_boost();`;

const RECORD = `
  -- A step and its history row are one: the owner's function writes it, for the set of a statement at once.
  CREATE FUNCTION ${SCHEMA}.record_boost_begin() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
  BEGIN
    INSERT INTO ${SCHEMA}.boost_transition
      (client_id, boost_id, from_status, to_status, actor_kind, actor_id, occurred_at)
    SELECT client_id, id, NULL, status, actor_kind, actor_id, changed_at FROM boosts_after;
    RETURN NULL;
  END $body$;
  CREATE TRIGGER record_boost_begin AFTER INSERT ON ${SCHEMA}.boost
    REFERENCING NEW TABLE AS boosts_after FOR EACH STATEMENT EXECUTE FUNCTION ${SCHEMA}.record_boost_begin();

  CREATE FUNCTION ${SCHEMA}.record_boost_step() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
  BEGIN
    INSERT INTO ${SCHEMA}.boost_transition
      (client_id, boost_id, from_status, to_status, actor_kind, actor_id, occurred_at)
    SELECT after.client_id, after.id, before.status, after.status, after.actor_kind, after.actor_id, after.changed_at
    FROM boosts_after AS after JOIN boosts_before AS before USING (client_id, id)
    WHERE after.status <> before.status;
    RETURN NULL;
  END $body$;
  CREATE TRIGGER record_boost_step AFTER UPDATE ON ${SCHEMA}.boost
    REFERENCING OLD TABLE AS boosts_before NEW TABLE AS boosts_after
    FOR EACH STATEMENT EXECUTE FUNCTION ${SCHEMA}.record_boost_step();
  REVOKE ALL ON FUNCTION ${SCHEMA}.guard_boost(), ${SCHEMA}.record_boost_begin(), ${SCHEMA}.record_boost_step() FROM PUBLIC;`;
