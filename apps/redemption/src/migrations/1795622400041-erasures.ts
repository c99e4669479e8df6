import { rolesOf } from '#libs/persistence';
import { creatorErasureTable } from '#libs/secrets';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const SCHEMA = 'redemption';

/**
 * Creators can be erased: they are granted nothing any more, and what people have written about them goes. History and
 * parcels are append-only, so that is for the owner's function, which takes texts away and nothing else.
 */
export class Erasures1795622400041 implements MigrationInterface {
  readonly name = 'Erasures1795622400041';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ${creatorErasureTable(SCHEMA)}

      ALTER TABLE ${SCHEMA}.creator_tier ADD COLUMN erased boolean NOT NULL DEFAULT false;

      CREATE FUNCTION ${SCHEMA}.erase_texts(creator uuid, OUT notes bigint, OUT parcels bigint)
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
      DECLARE
        client uuid := nullif(current_setting('laurel.client_id', true), '')::uuid;
        redemptions uuid[];
      BEGIN
        IF NOT EXISTS (SELECT FROM ${SCHEMA}.creator_tier t
                       WHERE t.client_id = client AND t.creator_id = creator AND t.erased) THEN
          RAISE EXCEPTION 'creator % is not erased', creator USING ERRCODE = 'check_violation';
        END IF;
        SELECT array_agg(d.id) INTO redemptions FROM ${SCHEMA}.redemption d
        WHERE d.client_id = client AND d.creator_id = creator;
        UPDATE ${SCHEMA}.redemption_transition t SET notes = NULL
        WHERE t.client_id = client AND t.redemption_id = ANY (redemptions) AND t.notes IS NOT NULL;
        GET DIAGNOSTICS notes = ROW_COUNT;
        UPDATE ${SCHEMA}.shipment s SET tracking_number = 'erased'
        WHERE s.client_id = client AND s.redemption_id = ANY (redemptions) AND s.tracking_number <> 'erased';
        GET DIAGNOSTICS parcels = ROW_COUNT;
      END $body$;
      REVOKE ALL ON FUNCTION ${SCHEMA}.erase_texts(uuid) FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION ${SCHEMA}.erase_texts(uuid) TO ${rolesOf(SCHEMA).running};`);
  }

  down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
