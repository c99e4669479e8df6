import { rolesOf, tenantTable } from '#libs/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { MISSION_GRANT_STATUSES } from '../domain/reward/mission-grant.ts';

const SCHEMA = 'redemption';
const STATUSES = MISSION_GRANT_STATUSES.map((status) => `'${status}'`).join(', ');

/** What missions have granted: the business key by which a grant has one redemption, however often it is heard of. */
export class MissionGrants1795536000001 implements MigrationInterface {
  readonly name = 'MissionGrants1795536000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE ${SCHEMA}.mission_grant (
        client_id uuid NOT NULL,
        -- The mission service's own.
        id uuid NOT NULL,
        mission_id uuid NOT NULL,
        creator_id uuid NOT NULL,
        reward_id uuid NOT NULL,
        status text NOT NULL CHECK (status IN (${STATUSES})),
        redemption_id uuid,
        -- In which order grants were heard of: the first has the first row.
        arrival bigint GENERATED ALWAYS AS IDENTITY,
        PRIMARY KEY (client_id, id),
        UNIQUE (client_id, redemption_id),
        FOREIGN KEY (client_id, redemption_id) REFERENCES ${SCHEMA}.redemption (client_id, id),
        CONSTRAINT placed_has_its_redemption CHECK (status <> 'placed' OR redemption_id IS NOT NULL),
        CONSTRAINT unplaced_has_none CHECK (status IN ('placed', 'lost') OR redemption_id IS NULL)
      );
      CREATE INDEX mission_grant_waiting ON ${SCHEMA}.mission_grant (client_id, creator_id, reward_id, arrival)
        WHERE status = 'waiting';
      ${tenantTable(SCHEMA, 'mission_grant', ['select', 'insert'])}
      GRANT UPDATE (status, redemption_id) ON ${SCHEMA}.mission_grant TO ${rolesOf(SCHEMA).running};`);
  }

  down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
