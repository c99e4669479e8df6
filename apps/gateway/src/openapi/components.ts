import { Type, type TProperties, type TSchema } from '@sinclair/typebox';
import { BOARD_COMPONENTS } from './components-board.ts';
import { BOOST_COMPONENTS } from './components-boost.ts';
import { STATEMENT_COMPONENTS } from './components-statement.ts';
import { ERASURE_COMPONENTS } from './components-erasure.ts';
import { PAYOUT_COMPONENTS } from './components-payout.ts';
import { EXPLAIN_COMPONENTS } from './components-explain.ts';
import { OPS_COMPONENTS } from './components-ops.ts';
import { PROGRAM_COMPONENTS } from './components-program.ts';
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

const TIER_OF_PROGRAM = {
  name: text,
  color: Type.String({ pattern: '^#[0-9a-fA-F]{6}$' }),
  threshold: metric,
  commissionRateBps: bps,
};

const PROGRAM_FIELDS = {
  currency: Type.String({ pattern: '^[A-Z]{3}$' }),
  timezone: Type.String({ examples: ['America/New_York'] }),
  metric: oneOf('sales', 'units'),
  mode: oneOf('checkpoint', 'lifetime'),
  checkpointMonths: Type.Integer({ minimum: 1, maximum: 24 }),
  attribution: oneOf('ledger', 'post_date'),
  clearingDays: count,
};

const tiers = (fields: TProperties) =>
  list(object(fields), { minItems: 3, maxItems: 6, description: 'from the lowest, whose threshold is 0' });

const { currency, timezone, ...defaulted } = PROGRAM_FIELDS;
const NEW_PROGRAM = Type.Composite([
  object({ currency, timezone, tiers: tiers(TIER_OF_PROGRAM) }),
  Type.Partial(object(defaulted)),
]);

const MOVEMENT = object({
  handle: text,
  gmvBefore: money,
  gmvAfter: money,
  gmvChange: money,
  unitsBefore: Type.Integer(),
  unitsAfter: Type.Integer(),
});

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
  largest: list(MOVEMENT, { description: 'the largest differences' }),
});

const SYNC = object({
  id: uuid,
  businessDate: date,
  status: oneOf('receiving', 'staged', 'held', 'booking', 'published', 'applied', 'failed', 'discarded', 'dry_run'),
  progress: object({ stage: text, done: count, total: count }),
  dryRun: Type.Boolean(),
  manifest: nullable(ref('Manifest')),
  hold: nullable(object({ reasons: list(Type.Any()), falling: list(MOVEMENT) })),
  ignoredColumns: list(text),
  warnings: list(text),
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
  cause: nullable(ref('Cause')),
  tierVersion: count,
  adjustmentsCounted: count,
  base: metric,
  opening: metric,
});

const ADJUSTMENT_FIELDS = {
  amount: optional(Type.Unsafe({ ...money, description: 'signed, in a sales program' })),
  units: optional(Type.Integer({ description: 'signed, in a units program' })),
  kind: oneOf('manual_sale', 'refund', 'bonus', 'correction'),
  reason: text,
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
  NewProgram: NEW_PROGRAM,
  Program: object({ version: count, ...PROGRAM_FIELDS, tiers: tiers({ tier: tierNumber, ...TIER_OF_PROGRAM }) }),
  ...PROGRAM_COMPONENTS,
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
    adjustments: metric,
  }),
  NewAdjustment: object({ ...ADJUSTMENT_FIELDS, effectiveDate: optional(date) }),
  Adjustment: object({
    id: uuid,
    creatorId: uuid,
    ...ADJUSTMENT_FIELDS,
    effectiveDate: nullable(date),
    recordedAt: instant,
  }),
  ...ERASURE_COMPONENTS,
  ...EXPLAIN_COMPONENTS,
  ...BOARD_COMPONENTS,
  ...REDEMPTION_COMPONENTS,
  ...BOOST_COMPONENTS,
  ...STATEMENT_COMPONENTS,
  ...PAYOUT_COMPONENTS,
  ...OPS_COMPONENTS,
};
