import { rolesOf } from '#libs/persistence';
import { creatorErasureTable } from '#libs/secrets';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const SCHEMA = 'tier_evaluation';

/**
 * Creators can be erased: nobody corrects their sales any more, and what admins have written about corrections goes, also
 * from the answers that were stored. Both tables are append-only, so that is for the owner's function. Values stay.
 */
export class Erasures1795622400041 implements MigrationInterface {
  readonly name = 'Erasures1795622400041';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ${creatorErasureTable(SCHEMA)}

      CREATE FUNCTION ${SCHEMA}.erase_reasons(creator uuid, OUT reasons bigint, OUT answers bigint)
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
      DECLARE
        client uuid := nullif(current_setting('laurel.client_id', true), '')::uuid;
      BEGIN
        IF NOT EXISTS (SELECT FROM ${SCHEMA}.creator_erasure e
                       WHERE e.client_id = client AND e.creator_id = creator AND e.stage IN ('erasing', 'erased')) THEN
          RAISE EXCEPTION 'creator % is not erased', creator USING ERRCODE = 'check_violation';
        END IF;
        UPDATE ${SCHEMA}.adjustment a SET reason = 'erased'
        WHERE a.client_id = client AND a.creator_id = creator AND a.reason <> 'erased';
        GET DIAGNOSTICS reasons = ROW_COUNT;
        UPDATE ${SCHEMA}.idempotency_answer i SET body = jsonb_set(i.body::jsonb, '{reason}', '"erased"')::text
        WHERE i.client_id = client AND i.body LIKE '%' || creator::text || '%' AND i.body::jsonb ->> 'creatorId' = creator::text
          AND i.body::jsonb ->> 'reason' <> 'erased';
        GET DIAGNOSTICS answers = ROW_COUNT;
      END $body$;
      REVOKE ALL ON FUNCTION ${SCHEMA}.erase_reasons(uuid) FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION ${SCHEMA}.erase_reasons(uuid) TO ${rolesOf(SCHEMA).running};`);
  }

  down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
