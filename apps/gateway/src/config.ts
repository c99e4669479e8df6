import { httpFields, integer, readConfig, url, type ConfigOf } from '#libs/service-kit';

const upstream = (variable: string) => url(variable, ['http', 'https']);

/** Every variable that the gateway reads. */
export const FIELDS = {
  ...httpFields('gateway'),
  ingestionUrl: upstream('INGESTION_URL'),
  tierEvaluationUrl: upstream('TIER_EVALUATION_URL'),
  redemptionUrl: upstream('REDEMPTION_URL'),
  commissionBoostUrl: upstream('COMMISSION_BOOST_URL'),
  /** Requests a second of one token's subject. */
  rateLimit: integer('LAUREL_RATE_LIMIT', { fallback: 2_000, min: 1, max: 1_000_000 }),
  /** An upload of which nothing comes for so long is given up. From its first byte on the service sees to that. */
  uploadStallMs: integer('LAUREL_UPLOAD_STALL_MS', { fallback: 30_000, min: 100, max: 3_600_000 }),
};

export type GatewayConfig = ConfigOf<typeof FIELDS>;

export function gatewayConfig(): GatewayConfig {
  return readConfig(FIELDS, process.env);
}
