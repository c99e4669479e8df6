import { messagingTables } from '#libs/messaging';
import { partitionFunctions, tenantTable } from '#libs/persistence';
import { idempotencyTable } from '#libs/service-kit';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const SCHEMA = 'tier_evaluation';

export class ProgramsCreatorsAndLedger1795372800000 implements MigrationInterface {
  readonly name = 'ProgramsCreatorsAndLedger1795372800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(messagingTables(SCHEMA));
    await runner.query(partitionFunctions(SCHEMA));
    await runner.query(idempotencyTable(SCHEMA));
    await runner.query(PROGRAMS);
    await runner.query(CREATORS);
    await runner.query(LEDGER);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

const PROGRAMS = `
  -- Every version of every program, for ever: a decision names the one it was made under.
  CREATE TABLE ${SCHEMA}.program (
    client_id uuid NOT NULL,
    version integer NOT NULL CHECK (version >= 1),
    currency text NOT NULL,
    timezone text NOT NULL,
    metric text NOT NULL CHECK (metric IN ('sales', 'units')),
    mode text NOT NULL CHECK (mode IN ('checkpoint', 'lifetime')),
    checkpoint_months smallint NOT NULL CHECK (checkpoint_months BETWEEN 1 AND 24),
    attribution text NOT NULL CHECK (attribution IN ('ledger', 'post_date')),
    clearing_days integer NOT NULL CHECK (clearing_days >= 0),
    -- From the lowest: name, color, threshold (text of an integer), commissionRateBps.
    tiers jsonb NOT NULL CHECK (jsonb_array_length(tiers) BETWEEN 3 AND 6),
    -- The programme date at that moment; null before the first sync.
    published_on date,
    published_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (client_id, version)
  );
  ${tenantTable(SCHEMA, 'program', ['select', 'insert'])}

  -- The version in force. Batches hold the row FOR SHARE, a publication FOR UPDATE.
  CREATE TABLE ${SCHEMA}.client_program (
    client_id uuid PRIMARY KEY,
    version integer NOT NULL,
    -- The latest version whose promotions have reached every creator.
    promoted_version integer NOT NULL,
    FOREIGN KEY (client_id, version) REFERENCES ${SCHEMA}.program (client_id, version)
  );
  ${tenantTable(SCHEMA, 'client_program', ['select', 'insert', 'update'])}

  CREATE TABLE ${SCHEMA}.programme_date (
    client_id uuid PRIMARY KEY,
    programme_date date NOT NULL,
    sync_sequence bigint NOT NULL
  );
  ${tenantTable(SCHEMA, 'programme_date', ['select', 'insert', 'update'])}`;

const CREATORS = `
  -- Where each creator stands: a projection of day_entry and decision, which can be made again from them.
  CREATE TABLE ${SCHEMA}.standing (
    client_id uuid NOT NULL,
    creator_id uuid NOT NULL,
    lane smallint NOT NULL,
    tier smallint NOT NULL CHECK (tier BETWEEN 1 AND 6),
    tier_version integer NOT NULL,
    reached_on date,
    window_start date,
    due_date date CHECK (due_date > window_start),
    anchor date CHECK ((anchor IS NULL) = (window_start IS NULL)),
    window_number integer NOT NULL,
    window_months smallint NOT NULL,
    opening bigint NOT NULL,
    base bigint NOT NULL,
    lifetime bigint NOT NULL,
    -- The greatest business date handled.
    booked_through date,
    sync_sequence bigint NOT NULL,
    program_version integer NOT NULL,
    checkpoint_count bigint NOT NULL,
    adjustment_count bigint NOT NULL,
    decision_count bigint NOT NULL,
    PRIMARY KEY (client_id, creator_id),
    CHECK (tier > 1 OR due_date IS NULL)
  ) WITH (fillfactor = 70);
  CREATE INDEX standing_due ON ${SCHEMA}.standing (client_id, lane, due_date) WHERE due_date IS NOT NULL;
  ${tenantTable(SCHEMA, 'standing', ['select', 'insert', 'update'])}

  CREATE TABLE ${SCHEMA}.decision (
    client_id uuid NOT NULL,
    creator_id uuid NOT NULL,
    -- The creator's decisions in order, from 1.
    number bigint NOT NULL,
    kind text NOT NULL CHECK (kind IN ('promotion', 'checkpoint')),
    decided_for date NOT NULL,
    window_start date,
    due_date date,
    value bigint NOT NULL,
    threshold bigint NOT NULL,
    tier_before smallint NOT NULL,
    tier_after smallint NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('promoted', 'maintained', 'demoted')),
    -- After the decision.
    tier_version integer NOT NULL,
    program_version integer NOT NULL,
    adjustments_counted bigint NOT NULL,
    -- After the decision.
    base bigint NOT NULL,
    -- Of the window a checkpoint closed; of the window a promotion opened.
    opening bigint NOT NULL,
    -- Of a promotion. A checkpoint's is the first sync whose business date reached the due date.
    cause_kind text CHECK (cause_kind IN ('sync', 'adjustment', 'program')),
    cause_id uuid,
    decided_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (client_id, creator_id, number),
    CHECK ((kind = 'promotion') = (cause_kind IS NOT NULL)),
    CHECK ((cause_id IS NOT NULL) = coalesce(cause_kind IN ('sync', 'adjustment'), false)),
    CHECK (kind = 'promotion' OR (window_start IS NOT NULL AND due_date = decided_for))
  );
  CREATE UNIQUE INDEX decision_checkpoint ON ${SCHEMA}.decision (client_id, creator_id, window_start) WHERE kind = 'checkpoint';
  CREATE UNIQUE INDEX decision_promotion ON ${SCHEMA}.decision (client_id, creator_id, tier_version) WHERE kind = 'promotion';
  ${tenantTable(SCHEMA, 'decision', ['select', 'insert'])}

  CREATE TABLE ${SCHEMA}.adjustment (
    client_id uuid NOT NULL,
    id uuid NOT NULL,
    creator_id uuid NOT NULL,
    -- The creator's adjustments in order, from 1.
    number bigint NOT NULL,
    kind text NOT NULL CHECK (kind IN ('manual_sale', 'refund', 'bonus', 'correction')),
    reason text NOT NULL,
    value bigint NOT NULL,
    effective_on date NOT NULL,
    program_version integer NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (client_id, id),
    UNIQUE (client_id, creator_id, number),
    FOREIGN KEY (client_id, creator_id) REFERENCES ${SCHEMA}.standing (client_id, creator_id),
    FOREIGN KEY (client_id, program_version) REFERENCES ${SCHEMA}.program (client_id, version)
  );
  ${tenantTable(SCHEMA, 'adjustment', ['select', 'insert'])}`;

const LEDGER = `
  -- The day ledger: what counts for which date, as booked by which sync or adjustment, in the program's metric. A past
  -- state of knowledge is what was booked by syncs and adjustments up to it.
  CREATE TABLE ${SCHEMA}.day_entry (
    client_id uuid NOT NULL,
    creator_id uuid NOT NULL,
    -- The business date of the sync, or the programme date of the adjustment, that brought it.
    booked_on date NOT NULL,
    effective_on date NOT NULL CHECK (effective_on <= booked_on),
    -- The sync that brought it; of an adjustment, the latest sync that the creator had seen.
    sync_sequence bigint NOT NULL,
    -- 0: sales. Else the number of the creator's adjustment.
    adjustment_number bigint NOT NULL,
    value bigint NOT NULL,
    PRIMARY KEY (client_id, creator_id, booked_on, effective_on, sync_sequence, adjustment_number)
  ) PARTITION BY RANGE (booked_on);
  ${tenantTable(SCHEMA, 'day_entry', ['select', 'insert'])}`;
