import { StatementFileV1 } from '#libs/contracts';
import { type TSchema } from '@sinclair/typebox';
import { count, object, optional, text, uuid } from './schemas.ts';

export const STATEMENT_COMPONENTS: Readonly<Record<string, TSchema>> = {
  StatementFile: StatementFileV1,
  StatementsHead: object({ position: count, hash: text }),
  StatementsLink: object({
    position: count,
    boostId: optional(uuid),
    version: optional(count),
    digest: text,
    hash: text,
  }),
};
