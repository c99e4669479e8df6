import type { MigrationInterface, QueryRunner } from 'typeorm';

const SCHEMA = 'tier_evaluation';

/**
 * An erasure takes the fingerprints of stored answers as well: they are made of bodies with reasons in them, which anybody
 * could have confirmed by guessing. `erased` is that of no request, so such a key is told to be used up.
 */
export class ErasedFingerprints1795708800004 implements MigrationInterface {
  readonly name = 'ErasedFingerprints1795708800004';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE OR REPLACE FUNCTION ${SCHEMA}.erase_reasons(creator uuid, OUT reasons bigint, OUT answers bigint)
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
        UPDATE ${SCHEMA}.idempotency_answer i
        SET body = jsonb_set(i.body::jsonb, '{reason}', '"erased"')::text, fingerprint = 'erased'
        WHERE i.client_id = client AND i.body LIKE '%' || creator::text || '%' AND i.body::jsonb ->> 'creatorId' = creator::text
          AND i.body::jsonb ->> 'reason' IS NOT NULL AND i.fingerprint <> 'erased';
        GET DIAGNOSTICS answers = ROW_COUNT;
      END $body$;`);
  }

  down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
