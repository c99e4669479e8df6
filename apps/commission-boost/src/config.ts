import { base64Key, readConfig, statefulFields, type ConfigOf } from '#libs/service-kit';

export const FIELDS = {
  ...statefulFields('commission-boost'),
  paymentKey: base64Key('LAUREL_PAYMENT_KEY', 32),
};

export type CommissionBoostConfig = ConfigOf<typeof FIELDS>;

export const config = (): CommissionBoostConfig => readConfig(FIELDS, process.env);
