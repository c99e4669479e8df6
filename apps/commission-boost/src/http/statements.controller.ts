import { Readable } from 'node:stream';
import { Answer, CurrentIdentity, PathId, Roles, tenantOf, type Identity } from '#libs/service-kit';
import { Controller, Get, Headers, Param, Query } from '@nestjs/common';
import type { ChainLink } from '../persistence/statement.repository.ts';
import { FindBoosts } from '../use-cases/find-boosts.ts';
import { ReadStatements } from '../use-cases/read-statements.ts';
import { chainLines, statementFile } from './statement-on-wire.ts';
import { statementPage } from './statement-page.ts';
import { StatementRequest } from './statement.request.ts';

/** A page that can do nothing but be looked at, wherever it is opened. */
const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
};

/** Statements: an admin sees the client's, a creator its own; head and chain are for both, or nobody could hold us to them. */
@Controller('v1')
@Roles('admin', 'creator')
export class StatementsController {
  constructor(
    private readonly findBoosts: FindBoosts,
    private readonly readStatements: ReadStatements,
  ) {}

  @Get('boosts/:id/statement')
  async statement(
    @Param('id', PathId) id: string,
    @Query() { version }: StatementRequest,
    @Headers('accept') accept: string | undefined,
    @CurrentIdentity() identity: Identity,
  ): Promise<Answer> {
    const clientId = tenantOf(identity);
    const boost = await this.findBoosts.one(id, clientId, identity);
    const statement = await this.readStatements.one(boost, version, clientId);
    const headers = { vary: 'Accept', 'cache-control': 'private, no-cache' };
    return wantsPage(accept ?? '')
      ? new Answer(200, statementPage(statement), { ...headers, ...PAGE_HEADERS })
      : new Answer(200, statementFile(statement), { ...headers, 'content-type': 'application/json; charset=utf-8' });
  }

  /** What to note today, to hold every statement up to it against tomorrow. Position 0 while there is none. */
  @Get('statements/head')
  head(@CurrentIdentity() identity: Identity) {
    return this.readStatements.head(tenantOf(identity));
  }

  @Get('statements/chain')
  chain(@CurrentIdentity() identity: Identity): Answer {
    const isOwn = ({ creatorId }: ChainLink) => identity.role === 'admin' || identity.subject === creatorId;
    const lines = chainLines(this.readStatements.chain(tenantOf(identity)), isOwn);
    return new Answer(200, Readable.from(lines, { objectMode: false }), {
      'content-type': 'application/x-ndjson; charset=utf-8',
      'content-disposition': 'attachment; filename="chain.ndjson"',
    });
  }
}

function wantsPage(accept: string): boolean {
  const page = accept.indexOf('text/html');
  const json = accept.indexOf('application/json');
  return page !== -1 && (json === -1 || page < json);
}
