import { masterKeysField } from '#libs/secrets';
import { readConfig, statefulFields, type ConfigOf } from '#libs/service-kit';

export const FIELDS = {
  ...statefulFields('redemption'),
  masterKeys: masterKeysField(),
};

export type RedemptionConfig = ConfigOf<typeof FIELDS>;

export const config = (): RedemptionConfig => readConfig(FIELDS, process.env);
