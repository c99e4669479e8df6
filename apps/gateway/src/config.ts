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
};

export type GatewayConfig = ConfigOf<typeof FIELDS>;

export function gatewayConfig(): GatewayConfig {
  return readConfig(FIELDS, process.env);
}
