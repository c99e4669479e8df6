import { integer, readConfig, statefulFields, type ConfigOf } from '#libs/service-kit';

/** Every variable that ingestion reads. */
export const FIELDS = {
  ...statefulFields('ingestion'),
  /** Clients whose syncs one process compares and books side by side. */
  ingestConcurrency: integer('LAUREL_INGEST_CONCURRENCY', { fallback: 2, min: 1, max: 64 }),
};

export type IngestionConfig = ConfigOf<typeof FIELDS>;

export const config = (): IngestionConfig => readConfig(FIELDS, process.env);
