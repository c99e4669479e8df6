import { Type, type TSchema } from '@sinclair/typebox';
import { BOOST_COMPONENTS } from './components-boost.ts';
import { OPS_COMPONENTS } from './components-ops.ts';
import { REDEMPTION_COMPONENTS } from './components-redemption.ts';
import {
  bps,
  count,
  date,
  instant,
  list,
  metric,
  MONEY,
  money,
  nullable,
  object,
  oneOf,
  optional,
  ref,
  text,
  tierNumber,
  uuid,
} from './schemas.ts';

const CLIENT = object({ id: uuid, name: text, slug: text });

const PROGRAM_FIELDS = {
  currency: Type.String({ pattern: '^[A-Z]{3}$' }),
  timezone: Type.String({ examples: ['America/New_York'] }),
  metric: oneOf('sales', 'units'),
  mode: oneOf('checkpoint', 'lifetime'),
  checkpointMonths: Type.Integer({ minimum: 1 }),
  attribution: oneOf('ledger', 'post_date'),
  clearingDays: count,
  tiers: list(object({ name: text, color: text, threshold: metric, commissionRateBps: bps }), {
    minItems: 3,
    maxItems: 6,
    description: 'from the lowest, whose threshold is 0',
  }),
};

const MANIFEST = object({
  rows: count,
  accepted: count,
  unchanged: count,
  duplicate: count,
  quarantined: count,
  newCreators: count,
  newVideos: count,
  creatorsMoved: count,
  gmvBefore: money,
  gmvAfter: money,
  unitsBefore: Type.Integer(),
  unitsAfter: Type.Integer(),
  largest: list(Type.Object({}), { description: 'the largest differences' }),
});

const SYNC = object({
  id: uuid,
  businessDate: date,
  status: oneOf('receiving', 'staged', 'held', 'booking', 'published', 'applied', 'failed', 'discarded', 'dry_run'),
  progress: object({ stage: text, done: count, total: count }),
  manifest: nullable(ref('Manifest')),
  ignoredColumns: list(text),
  warnings: list(Type.Any()),
  error: nullable(Type.Any()),
});

const CAUSE = Type.Union([
  object({ kind: oneOf('sync'), syncId: uuid }),
  object({ kind: oneOf('adjustment'), adjustmentId: uuid }),
  object({ kind: oneOf('program'), version: count }),
]);

const TIER = object({
  tier: tierNumber,
  tierName: text,
  tierVersion: count,
  reachedOn: nullable(date),
  windowStart: nullable(date),
  dueDate: nullable(date),
  promotionValue: metric,
  checkpointValue: nullable(metric),
  lifetimeValue: metric,
  base: metric,
  opening: metric,
  nextTier: nullable(object({ tier: tierNumber, threshold: metric, missing: metric })),
  keep: nullable(object({ threshold: metric, missing: metric })),
  projectedTier: nullable(tierNumber),
  asOf: nullable(date),
});

const DECISION = object({
  kind: oneOf('promotion', 'checkpoint'),
  decidedFor: date,
  windowStart: nullable(date),
  dueDate: nullable(date),
  value: metric,
  threshold: metric,
  tierBefore: tierNumber,
  tierAfter: tierNumber,
  outcome: oneOf('promoted', 'maintained', 'demoted'),
  programVersion: count,
  cause: ref('Cause'),
});

const ADJUSTMENT_FIELDS = {
  amount: optional(money),
  units: optional(Type.Integer()),
  kind: oneOf('manual_sale', 'refund', 'bonus', 'correction'),
  reason: text,
  effectiveDate: optional(date),
};

const PROBLEM = object({
  type: text,
  title: text,
  status: Type.Integer(),
  detail: text,
  code: text,
  traceId: text,
  errors: list(object({ pointer: text, code: text, message: text })),
});

/** The component schemas of the OpenAPI document. */
export const COMPONENTS: Readonly<Record<string, TSchema>> = {
  Money: MONEY,
  Problem: PROBLEM,
  Client: CLIENT,
  NewClient: object({ name: text, slug: Type.String({ pattern: '^[a-z0-9-]+$' }) }),
  NewProgram: object(PROGRAM_FIELDS),
  Program: object({ version: count, ...PROGRAM_FIELDS }),
  Manifest: MANIFEST,
  Sync: SYNC,
  QuarantinedRow: object({ line: count, column: nullable(text), reason: text, raw: text }),
  Creator: object({
    id: uuid,
    handle: text,
    tier: nullable(tierNumber),
    onboardedOn: date,
    firstVideoOn: nullable(date),
  }),
  Cause: CAUSE,
  Tier: TIER,
  Decision: DECISION,
  SalesDay: object({
    date,
    gmv: money,
    units: Type.Integer(),
    videos: count,
    views: Type.Integer(),
    likes: Type.Integer(),
    comments: Type.Integer(),
    adjustments: Type.Any(),
  }),
  NewAdjustment: object(ADJUSTMENT_FIELDS),
  Adjustment: object({ id: uuid, creatorId: uuid, ...ADJUSTMENT_FIELDS, createdAt: optional(instant) }),
  ...REDEMPTION_COMPONENTS,
  ...BOOST_COMPONENTS,
  ...OPS_COMPONENTS,
};
