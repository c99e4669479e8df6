import { masterKeysField } from '#libs/secrets';
import {
  base64Key,
  readConfig,
  reconciliationFields,
  statefulFields,
  type ConfigOf,
  type Field,
} from '#libs/service-kit';

/** The key that accounts were sealed with before creators had keys of their own; not set once all are sealed anew. */
const formerPaymentKey: Field<Buffer | undefined> = { ...base64Key('LAUREL_PAYMENT_KEY', 32), required: false };

export const FIELDS = {
  ...statefulFields('commission-boost'),
  ...reconciliationFields,
  masterKeys: masterKeysField(),
  formerPaymentKey,
};

export type CommissionBoostConfig = ConfigOf<typeof FIELDS>;

export const config = (): CommissionBoostConfig => readConfig(FIELDS, process.env);
