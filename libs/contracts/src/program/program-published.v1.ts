import { defineEvent } from '../event.ts';
import { count, currencyCode, list, metricValue, object, oneOf, rateBps, tierNumber } from '../schema.ts';
import { Type } from '@sinclair/typebox';

/** A client's program, whole, at a version. Key clientId:clientId; subject clientId; aggregateVersion = version. */
export const ProgramPublishedV1 = defineEvent({
  type: 'laurel.program.published.v1',
  topic: 'laurel.program',
  nature: 'state',
  description: 'A version of a client’s program: the whole configuration, tiers from the lowest.',
  data: object({
    version: count,
    currency: currencyCode,
    timezone: Type.String(),
    metric: oneOf('sales', 'units'),
    mode: oneOf('checkpoint', 'lifetime'),
    checkpointMonths: Type.Integer({ minimum: 1, maximum: 24 }),
    attribution: oneOf('ledger', 'post_date'),
    clearingDays: count,
    tiers: list(
      object({
        tier: tierNumber,
        name: Type.String(),
        color: Type.String(),
        threshold: metricValue,
        commissionRateBps: rateBps,
      }),
    ),
  }),
});
