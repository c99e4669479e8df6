import { masterKeysField } from '#libs/secrets';
import { integer, readConfig, reconciliationFields, statefulFields, type ConfigOf } from '#libs/service-kit';

/** Every variable that ingestion reads. */
export const FIELDS = {
  ...statefulFields('ingestion'),
  ...reconciliationFields,
  /** Behind the keyed hashes of handles that are erased. */
  masterKeys: masterKeysField(),
  /** Clients whose syncs one process compares and books side by side. */
  ingestConcurrency: integer('LAUREL_INGEST_CONCURRENCY', { fallback: 2, min: 1, max: 64 }),
  /** An upload that sends nothing for so long has failed, and its client can send it again. */
  uploadStallMs: integer('LAUREL_UPLOAD_STALL_MS', { fallback: 30_000, min: 100, max: 3_600_000 }),
};

export type IngestionConfig = ConfigOf<typeof FIELDS>;

export const config = (): IngestionConfig => readConfig(FIELDS, process.env);
