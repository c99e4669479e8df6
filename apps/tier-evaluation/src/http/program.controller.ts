import { LaurelError } from '#libs/contracts';
import { Database } from '#libs/persistence';
import { answer, CurrentIdentity, Roles, tenantOf, waitForFact, type Answer, type Identity } from '#libs/service-kit';
import { Body, Controller, Get, Headers, Put } from '@nestjs/common';
import { formatMetric } from '../domain/program/metric-format.ts';
import type { Program, ProgramTerms } from '../domain/program/program.ts';
import { readTerms } from '../domain/program/read-terms.ts';
import { ProgramRepository } from '../persistence/program.repository.ts';
import { TenantRepository } from '../persistence/tenant.repository.ts';
import { PublishProgram } from '../use-cases/publish-program.ts';
import { etagOf, readIfMatch } from './if-match.ts';
import { ProgramRequest } from './program.request.ts';

@Controller('v1/program')
export class ProgramController {
  readonly #database: Database;
  readonly #tenants: TenantRepository;
  readonly #programs: ProgramRepository;
  readonly #publish: PublishProgram;

  constructor(database: Database, tenants: TenantRepository, programs: ProgramRepository, publish: PublishProgram) {
    this.#database = database;
    this.#tenants = tenants;
    this.#programs = programs;
    this.#publish = publish;
  }

  @Put()
  @Roles('admin')
  async put(
    @CurrentIdentity() identity: Identity,
    @Body() body: ProgramRequest,
    @Headers('if-match') ifMatch: string | undefined,
  ): Promise<Answer> {
    const clientId = tenantOf(identity);
    const terms = termsOf(body);
    const known = await waitForFact(() =>
      this.#database.inTransaction(async (tx) => ((await this.#tenants.isKnown(tx, clientId)) ? true : undefined)),
    );
    if (known === undefined) throw new LaurelError('not_found', 'there is no such client');
    const program = await this.#database.inTenant(clientId, (tx) =>
      this.#publish.execute(terms, readIfMatch(ifMatch), tx),
    );
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

function programOnWire(program: Program) {
  const { version, currency, timezone, metric, mode, checkpointMonths, attribution, clearingDays } = program;
  const tiers = program.tiers.map((tier, index) => ({
    tier: index + 1,
    name: tier.name,
    color: tier.color,
    threshold: formatMetric(tier.threshold, program),
    commissionRateBps: tier.commissionRateBps,
  }));
  return { version, currency, timezone, metric, mode, checkpointMonths, attribution, clearingDays, tiers };
}
