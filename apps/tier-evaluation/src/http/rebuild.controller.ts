import { LaurelError } from '#libs/contracts';
import { Database } from '#libs/persistence';
import { CurrentIdentity, Roles, type Identity } from '#libs/service-kit';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { TenantRepository } from '../persistence/tenant.repository.ts';
import { RebuildStandings } from '../use-cases/rebuild-standings.ts';
import { RebuildRequest } from './rebuild.request.ts';

/** Changes of one answer that are shown; all of them are kept. */
const SHOWN_CHANGES = 100;

@Controller('v1/ops/rebuild/tier-evaluation')
@Roles('operator')
export class RebuildController {
  readonly #database: Database;
  readonly #tenants: TenantRepository;
  readonly #rebuild: RebuildStandings;

  constructor(database: Database, tenants: TenantRepository, rebuild: RebuildStandings) {
    this.#database = database;
    this.#tenants = tenants;
    this.#rebuild = rebuild;
  }

  /** A few seconds' part of a rebuild; whoever wants all of it calls again with the cursor until that is null. */
  @Post()
  @HttpCode(200)
  async rebuild(@Body() request: RebuildRequest, @CurrentIdentity() operator: Identity): Promise<object> {
    const { clientId, cursor } = request;
    if (!(await this.#database.inTransaction((tx) => this.#tenants.isKnown(tx, clientId))))
      throw new LaurelError('not_found', 'there is no such client');
    const command = { clientId, after: cursor ?? null, rebuiltBy: operator.subject };
    const { examined, rebuilt, next } = await this.#rebuild.execute(command);
    const changes = rebuilt.slice(0, SHOWN_CHANGES).map(({ creatorId, mismatches }) => ({
      creatorId,
      figures: mismatches.map(({ kind, expected, found }) => ({ figure: kind, before: found, after: expected })),
    }));
    return { examined, changed: rebuilt.length, changes, cursor: next };
  }
}
