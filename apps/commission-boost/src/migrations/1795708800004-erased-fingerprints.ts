import type { MigrationInterface, QueryRunner } from 'typeorm';

const SCHEMA = 'commission_boost';

/**
 * An erasure takes the fingerprints of stored answers as well: they are made of bodies with reasons in them, which anybody
 * could have confirmed by guessing. `erased` is that of no request, so such a key is told to be used up.
 */
export class ErasedFingerprints1795708800004 implements MigrationInterface {
  readonly name = 'ErasedFingerprints1795708800004';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE OR REPLACE FUNCTION ${SCHEMA}.erase_texts(creator uuid, OUT reasons bigint, OUT former_accounts bigint)
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
      DECLARE
        client uuid := nullif(current_setting('laurel.client_id', true), '')::uuid;
        boosts uuid[];
        overrides bigint;
      BEGIN
        IF NOT EXISTS (SELECT FROM ${SCHEMA}.creator_erasure e
                       WHERE e.client_id = client AND e.creator_id = creator AND e.stage IN ('erasing', 'erased')) THEN
          RAISE EXCEPTION 'creator % is not erased', creator USING ERRCODE = 'check_violation';
        END IF;
        SELECT array_agg(b.id) INTO boosts FROM ${SCHEMA}.boost b WHERE b.client_id = client AND b.creator_id = creator;
        UPDATE ${SCHEMA}.final_amount f SET reason = NULL, reason_salt = NULL
        WHERE f.client_id = client AND f.boost_id = ANY (boosts) AND f.reason IS NOT NULL;
        GET DIAGNOSTICS reasons = ROW_COUNT;
        UPDATE ${SCHEMA}.boost b SET hold_override_reason = 'erased'
        WHERE b.client_id = client AND b.id = ANY (boosts) AND b.hold_override_reason <> 'erased';
        GET DIAGNOSTICS overrides = ROW_COUNT;
        reasons := reasons + overrides;
        UPDATE ${SCHEMA}.idempotency_answer i SET fingerprint = 'erased'
        WHERE i.client_id = client AND i.body LIKE '%' || creator::text || '%'
          AND i.body::jsonb ->> 'creatorId' = creator::text AND i.fingerprint <> 'erased';
        UPDATE ${SCHEMA}.payment_detail d SET sealed_account = '', key_id = NULL
        WHERE d.client_id = client AND d.boost_id = ANY (boosts) AND d.key_id IS NOT NULL;
        GET DIAGNOSTICS former_accounts = ROW_COUNT;
      END $body$;`);
  }

  down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
