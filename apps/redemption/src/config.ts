import { masterKeysField } from '#libs/secrets';
import { integer, readConfig, reconciliationFields, statefulFields, type ConfigOf } from '#libs/service-kit';

export const FIELDS = {
  ...statefulFields('redemption'),
  ...reconciliationFields,
  masterKeys: masterKeysField(),
  /** Chunks of backfills that one process works on at once. */
  backfillWorkers: integer('LAUREL_BACKFILL_WORKERS', { fallback: 2, min: 1, max: 64 }),
  /**
   * Creators in each. The relays of all services wait for the oldest writing transaction, so a chunk shall take well under
   * a tenth of a second.
   */
  backfillChunk: integer('LAUREL_BACKFILL_CHUNK', { fallback: 2_000, min: 1, max: 10_000 }),
};

export type RedemptionConfig = ConfigOf<typeof FIELDS>;

export const config = (): RedemptionConfig => readConfig(FIELDS, process.env);
