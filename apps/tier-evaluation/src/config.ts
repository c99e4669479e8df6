import { readConfig, reconciliationFields, statefulFields, type ConfigOf } from '#libs/service-kit';

export const FIELDS = { ...statefulFields('tier-evaluation'), ...reconciliationFields };

export type TierEvaluationConfig = ConfigOf<typeof FIELDS>;

export function config(): TierEvaluationConfig {
  return readConfig(FIELDS, process.env);
}
