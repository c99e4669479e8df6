import { LaurelError } from '#libs/contracts';
import { Database } from '#libs/persistence';
import { answer, CurrentIdentity, Roles, tenantOf, waitForFact, type Answer, type Identity } from '#libs/service-kit';
import { Body, Controller, Get, Headers, Put, Query } from '@nestjs/common';
import type { ProgramTerms } from '../domain/program/program.ts';
import { readTerms } from '../domain/program/read-terms.ts';
import { ProgramRepository } from '../persistence/program.repository.ts';
import { TenantRepository } from '../persistence/tenant.repository.ts';
import { ChangeBetweenSyncs } from '../use-cases/change-between-syncs.ts';
import { etagOf, readIfMatch } from './if-match.ts';
import { planOnWire, programOnWire } from './program-on-wire.ts';
import { ProgramRequest, PublishQuery } from './program.request.ts';

@Controller('v1/program')
export class ProgramController {
  readonly #database: Database;
  readonly #tenants: TenantRepository;
  readonly #programs: ProgramRepository;
  readonly #change: ChangeBetweenSyncs;

  constructor(database: Database, tenants: TenantRepository, programs: ProgramRepository, change: ChangeBetweenSyncs) {
    this.#database = database;
    this.#tenants = tenants;
    this.#programs = programs;
    this.#change = change;
  }

  /** A dry run answers what the same request without it would do now. */
  @Put()
  @Roles('admin')
  async put(
    @CurrentIdentity() identity: Identity,
    @Query() query: PublishQuery,
    @Body() body: ProgramRequest,
    @Headers('if-match') ifMatch: string | undefined,
  ): Promise<Answer> {
    const clientId = tenantOf(identity);
    const wanted = { terms: termsOf(body), expected: readIfMatch(ifMatch) };
    const known = await waitForFact(() =>
      this.#database.inTransaction(async (tx) => ((await this.#tenants.isKnown(tx, clientId)) ? true : undefined)),
    );
    if (known === undefined) throw new LaurelError('not_found', 'there is no such client');
    if (query.dryRun === 'true') return answer(200, planOnWire(await this.#change.plan(clientId, wanted)));
    const program = await this.#change.publish(clientId, wanted);
    return answer(200, programOnWire(program), { ETag: etagOf(program.version) });
  }

  @Get()
  @Roles('admin', 'creator')
  async get(@CurrentIdentity() identity: Identity): Promise<Answer> {
    const program = await this.#database.inTenant(tenantOf(identity), (tx) => this.#programs.inForce(tx, 'none'));
    if (program === undefined) throw new LaurelError('not_found', 'the client has no program yet');
    return answer(200, programOnWire(program), { ETag: etagOf(program.version) });
  }
}

function termsOf(body: ProgramRequest): ProgramTerms {
  const reading = readTerms(body);
  if (reading.kind === 'terms') return reading.terms;
  throw new LaurelError('validation_failed', 'the program is not valid', { faults: reading.faults });
}
