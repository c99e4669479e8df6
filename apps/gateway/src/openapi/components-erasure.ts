import { Type, type TSchema } from '@sinclair/typebox';
import { count, instant, list, nullable, object, oneOf, optional, text, uuid } from './schemas.ts';

const FORCE = object({ reason: Type.String({ minLength: 10, maxLength: 1_000 }) });

export const ERASURE_COMPONENTS: Readonly<Record<string, TSchema>> = {
  NewErasure: object({ force: optional(FORCE) }),
  Erasure: object({
    id: uuid,
    creatorId: uuid,
    status: oneOf('checking', 'refused', 'erasing', 'done'),
    force: nullable(FORCE),
    requestedAt: instant,
    endedAt: nullable(instant),
    obligations: list(object({ kind: oneOf('boost_not_paid', 'boost_in_payout_run', 'gift_not_delivered'), id: uuid })),
    erased: list(object({ service: text, what: text, count })),
  }),
};
