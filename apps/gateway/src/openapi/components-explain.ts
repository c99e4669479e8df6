import { Type, type TSchema } from '@sinclair/typebox';
import { count, date, list, metric, nullable, object, oneOf, ref, text, tierNumber, uuid } from './schemas.ts';

const FIGURES = { sales: metric, adjustments: metric };
const DAYS = (description: string) => list(object({ date, ...FIGURES }), { description });

const RECOMPUTED = object(
  {
    value: metric,
    threshold: metric,
    tierAfter: tierNumber,
    outcome: oneOf('promoted', 'maintained', 'demoted'),
    base: metric,
    opening: metric,
  },
  { description: 'what the rules make of the ledger as it was when the decision was made' },
);

const EXPLAINED_DECISION = Type.Intersect([
  ref('Decision'),
  object({
    tierNameBefore: nullable(text),
    tierNameAfter: nullable(text),
    recomputed: nullable(RECOMPUTED),
    agrees: Type.Boolean({ description: 'every figure of the row is what the ledger gives' }),
  }),
]);

const EXPLANATION = object({
  asOf: date,
  knownAt: Type.Union([uuid, Type.Null()], { description: 'the sync whose knowledge this is; null: all of today’s' }),
  program: object({
    version: count,
    metric: oneOf('sales', 'units'),
    mode: oneOf('checkpoint', 'lifetime'),
    currency: Type.String({ pattern: '^[A-Z]{3}$' }),
    checkpointMonths: Type.Integer({ minimum: 1, maximum: 24 }),
    attribution: oneOf('ledger', 'post_date'),
  }),
  tier: tierNumber,
  tierName: nullable(text),
  tierVersion: count,
  reachedOn: nullable(date),
  onboardedOn: nullable(date),
  window: nullable(object({ start: date, due: nullable(date), anchor: date, number: count })),
  promotion: object({
    lifetime: metric,
    base: metric,
    value: metric,
    next: nullable(object({ tier: tierNumber, threshold: metric, missing: metric })),
  }),
  checkpoint: object({
    value: nullable(metric),
    opening: metric,
    keep: nullable(object({ threshold: metric, missing: metric })),
    projectedTier: tierNumber,
  }),
  before: object(FIGURES, { description: 'what is booked for dates before the open window' }),
  days: DAYS('what is booked for each date from the start of the open window on; all, where there is no window'),
  lastReview: nullable(
    Type.Intersect([
      ref('ExplainedDecision'),
      object({ days: DAYS('the days of the window as the review counted them') }),
    ]),
  ),
  decisions: list(ref('ExplainedDecision'), { description: 'oldest first' }),
  sentences: list(text, { description: 'the same in plain English, one fact each' }),
});

export const EXPLAIN_COMPONENTS: Readonly<Record<string, TSchema>> = {
  ExplainedDecision: EXPLAINED_DECISION,
  TierExplanation: EXPLANATION,
};
