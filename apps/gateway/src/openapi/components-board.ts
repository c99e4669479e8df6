import { Type, type TSchema } from '@sinclair/typebox';
import { count, date, list, metric, nullable, object, pageOf, ref, text, tierNumber, uuid } from './schemas.ts';

const AS_OF = { asOf: nullable(date), syncId: nullable(uuid) };

/** A page of places, with the sync that all of them are as of. */
export const LEADERBOARD: TSchema = Type.Composite([pageOf('LeaderboardPlace'), object(AS_OF)]);

const MOVEMENT = object({ creators: count, value: metric });

const TIER_CHANGES = list(object({ tierBefore: tierNumber, tierAfter: tierNumber, creators: count }));

const WINDOW_BELOW = object({
  creatorId: uuid,
  handle: nullable(text),
  tier: tierNumber,
  projectedTier: tierNumber,
  dueDate: date,
  value: metric,
  threshold: metric,
  missing: metric,
  newly: Type.Boolean({ description: 'without this sync the window would keep the tier' }),
});

export const BOARD_COMPONENTS: Readonly<Record<string, TSchema>> = {
  LeaderboardPlace: object({
    rank: Type.Integer({ minimum: 1 }),
    creatorId: uuid,
    handle: nullable(text),
    value: metric,
  }),
  WindowBelow: WINDOW_BELOW,
  Impact: object({
    syncId: uuid,
    businessDate: date,
    moved: object({ up: MOVEMENT, down: MOVEMENT }),
    promotions: TIER_CHANGES,
    checkpoints: object({ maintained: count, demoted: count, promoted: count, changes: TIER_CHANGES }),
    projectedBelow: object({ creators: count, newly: count, first: list(ref('WindowBelow'), { maxItems: 10 }) }),
  }),
};
