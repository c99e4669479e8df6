import { rolesOf, tenantTable } from '#libs/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { legalPairs, REDEMPTION_COMMANDS, REDEMPTION_STATUSES } from '../domain/redemption/redemption-state.ts';
import { FREQUENCIES, REWARD_SOURCES, REWARD_TYPES } from '../domain/reward/reward.ts';

const SCHEMA = 'redemption';
const { running } = rolesOf(SCHEMA);

const oneOf = (values: readonly string[]) => values.map((value) => `'${value}'`).join(', ');
const PAIRS = legalPairs()
  .map(([from, to]) => `('${from}', '${to}')`)
  .join(', ');

/** What is offered, one row of it for each creator, and what claiming it has frozen. */
export class RewardsAndRedemptions1795372800001 implements MigrationInterface {
  readonly name = 'RewardsAndRedemptions1795372800001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(REWARD);
    await runner.query(REDEMPTION);
    await runner.query(GUARD);
    await runner.query(CLAIM);
    await runner.query(HISTORY);
  }

  down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

const REWARD = `
  CREATE TABLE ${SCHEMA}.reward (
    client_id uuid NOT NULL,
    id uuid NOT NULL,
    type text NOT NULL CHECK (type IN (${oneOf(REWARD_TYPES)})),
    name text NOT NULL,
    tier smallint CHECK (tier BETWEEN 1 AND 6),
    source text NOT NULL CHECK (source IN (${oneOf(REWARD_SOURCES)})),
    value jsonb NOT NULL,
    frequency text NOT NULL CHECK (frequency IN (${oneOf(FREQUENCIES)})),
    quantity smallint CHECK (quantity BETWEEN 1 AND 10),
    enabled boolean NOT NULL DEFAULT false,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (client_id, id),
    CONSTRAINT vip_names_its_tier CHECK (source = 'mission' OR tier IS NOT NULL),
    CONSTRAINT unlimited_has_no_quantity CHECK ((frequency = 'unlimited') = (quantity IS NULL))
  );
  ${tenantTable(SCHEMA, 'reward', ['select', 'insert'])}
  -- Type, tier, source and value never change.
  GRANT UPDATE (name, frequency, quantity, enabled, version) ON ${SCHEMA}.reward TO ${running};`;

const REDEMPTION = `
  -- 20 million rows and more: a partition per client, made on client.created; ids that grow, and keys in the order of a
  -- backfill, so that the last million goes in as fast as the first. When it was made, its id tells.
  CREATE TABLE ${SCHEMA}.redemption (
    client_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT uuidv7(),
    reward_id uuid NOT NULL,
    creator_id uuid NOT NULL,
    status text NOT NULL DEFAULT 'claimable' CHECK (status IN (${oneOf(REDEMPTION_STATUSES)})),
    hidden_reason text,
    tier_at_grant smallint NOT NULL,
    tier_version_at_grant bigint NOT NULL,
    PRIMARY KEY (client_id, id),
    FOREIGN KEY (client_id, reward_id) REFERENCES ${SCHEMA}.reward (client_id, id),
    CONSTRAINT claimed_is_never_hidden CHECK (status = 'claimable' OR hidden_reason IS NULL)
  ) PARTITION BY LIST (client_id);
  CREATE UNIQUE INDEX redemption_unclaimed ON ${SCHEMA}.redemption (client_id, reward_id, creator_id)
    WHERE status = 'claimable';
  CREATE INDEX redemption_of_creator ON ${SCHEMA}.redemption (client_id, creator_id, status);
  CREATE INDEX redemption_by_status ON ${SCHEMA}.redemption (client_id, status, id);
  CREATE INDEX redemption_of_reward ON ${SCHEMA}.redemption (client_id, reward_id, status, id);
  ${tenantTable(SCHEMA, 'redemption', ['select', 'insert'])}
  GRANT UPDATE (status, hidden_reason) ON ${SCHEMA}.redemption TO ${running};
  -- Hiding and bringing back touches no index: the new version of a row stays in its page.
  INSERT INTO ${SCHEMA}.partition_setting (parent, storage_parameters) VALUES ('redemption', 'fillfactor = 80');`;

const GUARD = `
  -- A second opinion on domain/redemption/redemption-state.ts: whoever writes here, also by hand, makes legal steps only.
  CREATE FUNCTION ${SCHEMA}.guard_redemption() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
  BEGIN
    IF (OLD.status, NEW.status) NOT IN (${PAIRS}) THEN
      RAISE EXCEPTION 'no step leads from % to %', OLD.status, NEW.status USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END $body$;
  REVOKE ALL ON FUNCTION ${SCHEMA}.guard_redemption() FROM PUBLIC;
  CREATE TRIGGER guard_redemption BEFORE UPDATE OF status ON ${SCHEMA}.redemption
    FOR EACH ROW WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION ${SCHEMA}.guard_redemption();`;

const CLAIM = `
  -- What a claim has frozen; quotas count these rows. Append-only: nothing that happens later changes the terms.
  CREATE TABLE ${SCHEMA}.claim (
    client_id uuid NOT NULL,
    redemption_id uuid NOT NULL,
    reward_id uuid NOT NULL,
    creator_id uuid NOT NULL,
    tier smallint NOT NULL,
    tier_version bigint NOT NULL,
    claimed_at timestamptz NOT NULL,
    -- The programme date of the claim.
    claimed_on date NOT NULL,
    -- The reward's value as it was.
    value jsonb NOT NULL,
    -- Of a boost.
    scheduled_date date,
    -- Of a discount.
    scheduled_at timestamptz,
    PRIMARY KEY (client_id, redemption_id),
    FOREIGN KEY (client_id, redemption_id) REFERENCES ${SCHEMA}.redemption (client_id, id),
    FOREIGN KEY (client_id, reward_id) REFERENCES ${SCHEMA}.reward (client_id, id)
  );
  CREATE INDEX claim_count ON ${SCHEMA}.claim (client_id, reward_id, creator_id, tier_version);
  ${tenantTable(SCHEMA, 'claim', ['select', 'insert'])}

  -- A creator's one boost, and its one scheduled discount: the key refuses a second. Freed by redemption.
  CREATE TABLE ${SCHEMA}.claim_slot (
    client_id uuid NOT NULL,
    creator_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('boost', 'discount')),
    redemption_id uuid NOT NULL,
    taken_at timestamptz NOT NULL,
    PRIMARY KEY (client_id, creator_id, kind),
    UNIQUE (client_id, redemption_id),
    FOREIGN KEY (client_id, redemption_id) REFERENCES ${SCHEMA}.redemption (client_id, id)
  );
  ${tenantTable(SCHEMA, 'claim_slot', ['select', 'insert', 'delete'])}`;

const HISTORY = `
  -- Every step from the claim on, append-only. Rows that wait to be claimed have none: there are 20 million of them.
  CREATE TABLE ${SCHEMA}.redemption_transition (
    client_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT uuidv7(),
    redemption_id uuid NOT NULL,
    command text NOT NULL CHECK (command IN (${oneOf(REDEMPTION_COMMANDS)})),
    from_status text NOT NULL,
    to_status text NOT NULL,
    actor_kind text NOT NULL CHECK (actor_kind IN ('creator', 'admin', 'system')),
    actor_id text,
    notes text,
    happened_at timestamptz NOT NULL,
    PRIMARY KEY (client_id, id),
    FOREIGN KEY (client_id, redemption_id) REFERENCES ${SCHEMA}.redemption (client_id, id),
    CONSTRAINT legal_step CHECK ((from_status, to_status) IN (${PAIRS})),
    CONSTRAINT system_has_no_id CHECK ((actor_kind = 'system') = (actor_id IS NULL))
  );
  CREATE INDEX redemption_transition_of_redemption ON ${SCHEMA}.redemption_transition (client_id, redemption_id);
  ${tenantTable(SCHEMA, 'redemption_transition', ['select', 'insert'])}

  -- A gift's parcel: no name and no address.
  CREATE TABLE ${SCHEMA}.shipment (
    client_id uuid NOT NULL,
    redemption_id uuid NOT NULL,
    carrier text NOT NULL,
    tracking_number text NOT NULL,
    shipped_at timestamptz NOT NULL,
    PRIMARY KEY (client_id, redemption_id),
    FOREIGN KEY (client_id, redemption_id) REFERENCES ${SCHEMA}.redemption (client_id, id)
  );
  ${tenantTable(SCHEMA, 'shipment', ['select', 'insert'])}`;
