import { Type, type TProperties, type TSchema } from '@sinclair/typebox';
import { count, date, list, metric, nullable, object, oneOf, ref, text, tierNumber, uuid } from './schemas.ts';

const OUTCOMES = { demoted: count, maintained: count, promoted: count };
const REPLACED = Type.Integer({
  minimum: 0,
  description: 'windows that would end at once, since their creators are promoted and begin new ones',
});

/** Both versions of the same windows, side by side. */
const outlook = (more: TProperties) => ({
  open: count,
  worse: Type.Integer({
    minimum: 0,
    description: 'windows that project to a lower tier than under the present version',
  }),
  better: count,
  under: object({
    current: object({ ...OUTCOMES, ...more }),
    next: object({ ...OUTCOMES, replaced: REPLACED, ...more }),
  }),
});

const CHANGE = object({
  pointer: Type.String({ description: 'JSON pointer into the body', examples: ['/tiers/1/threshold'] }),
  before: Type.Any({ description: 'null for a tier that is added' }),
  after: Type.Any(),
});

const PLAN = object({
  dryRun: Type.Literal(true),
  program: ref('Program'),
  changes: list(CHANGE),
  promotions: object({
    total: count,
    byTier: list(object({ from: tierNumber, to: tierNumber, creators: count })),
  }),
  windows: object({
    ...outlook({}),
    byTier: list(
      object({ tier: tierNumber, ...outlook({ byTier: list(object({ tier: tierNumber, creators: count })) }) }),
    ),
  }),
  setAside: Type.Integer({ minimum: 0, description: 'creators whose sales wait for an operator: not in the plan' }),
});

const REVIEW = object({
  creatorId: uuid,
  handle: nullable(text),
  tier: tierNumber,
  tierName: text,
  windowStart: date,
  dueDate: date,
  value: metric,
  threshold: metric,
  missing: metric,
  projectedTier: tierNumber,
  projected: oneOf('demoted', 'maintained', 'promoted'),
});

/** Of program changes and of the reviews that lie ahead. */
export const PROGRAM_COMPONENTS: Readonly<Record<string, TSchema>> = {
  ProgramPlan: PLAN,
  PublishedProgram: Type.Union([ref('Program'), ref('ProgramPlan')]),
  ReviewAhead: REVIEW,
};
