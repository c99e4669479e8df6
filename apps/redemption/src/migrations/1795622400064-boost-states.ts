import { tenantTable } from '#libs/persistence';
import { reconciliationTables } from '#libs/service-kit';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { BOOST_STATUSES } from '../domain/redemption/boost-steps.ts';

const SCHEMA = 'redemption';

/** What boosts have told of themselves, the runs that hold redemptions against it, and what they find. */
export class BoostStates1795622400064 implements MigrationInterface {
  readonly name = 'BoostStates1795622400064';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(STATE);
    await runner.query(FILL);
    await runner.query(reconciliationTables(SCHEMA, ['client', 'creator', 'redemption']));
  }

  down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

const STATE = `
  -- No row of redemption is referred to: a boost that tells of one that is not there shall be found.
  CREATE TABLE ${SCHEMA}.boost_state (
    client_id uuid NOT NULL,
    redemption_id uuid NOT NULL,
    status text NOT NULL CHECK (status IN (${BOOST_STATUSES.map((status) => `'${status}'`).join(', ')})),
    PRIMARY KEY (client_id, redemption_id)
  );
  ${tenantTable(SCHEMA, 'boost_state', ['select', 'insert', 'update'])}`;

/** Of what boosts told before, redemptions and slots are all that is known. */
const FILL = `
  DO $fill$
  DECLARE
    client uuid;
  BEGIN
    FOR client IN SELECT client_id FROM ${SCHEMA}.tenant LOOP
      PERFORM set_config('laurel.client_id', client::text, true);
      INSERT INTO ${SCHEMA}.boost_state (client_id, redemption_id, status)
      SELECT c.client_id, c.redemption_id,
             CASE r.status WHEN 'concluded' THEN 'paid' WHEN 'fulfilled' THEN 'pending_payout'
                           ELSE CASE WHEN s.redemption_id IS NULL THEN 'pending_info' ELSE 'scheduled' END END
      FROM ${SCHEMA}.claim c
      JOIN ${SCHEMA}.reward w ON w.client_id = c.client_id AND w.id = c.reward_id AND w.type = 'commission_boost'
      JOIN ${SCHEMA}.redemption r ON r.client_id = c.client_id AND r.id = c.redemption_id
      LEFT JOIN ${SCHEMA}.claim_slot s ON s.client_id = c.client_id AND s.redemption_id = c.redemption_id
      WHERE c.client_id = client;
    END LOOP;
    PERFORM set_config('laurel.client_id', '', true);
  END
  $fill$;`;
