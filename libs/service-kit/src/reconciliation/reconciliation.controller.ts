import { LaurelError } from '#libs/contracts';
import type { ClientId } from '#libs/kernel';
import { Controller, Get, Post, Query } from '@nestjs/common';
import type { Identity } from '../identity/identity.ts';
import { CurrentIdentity, Roles } from '../identity/roles.ts';
import { page, readCursor } from '../lists/keyset.ts';
import { answer, type Answer } from '../requests/answer.ts';
import { ListFindings } from './list-findings.ts';
import { ReconcileReport, type ReconciliationReport } from './reconcile-report.ts';
import { Reconciliation } from './reconciliation.ts';
import { ListFindingsRequest, ReconcileRequest } from './reconciliation.request.ts';

/** Less than the gateway waits. What is left then the reconcilers carry on with. */
const COMPARE_WITHIN_MS = 20_000;

@Roles('operator')
@Controller('ops')
export class ReconciliationController {
  readonly #reconciliation: Reconciliation;
  readonly #report: ReconcileReport;
  readonly #findings: ListFindings;

  constructor(reconciliation: Reconciliation, report: ReconcileReport, findings: ListFindings) {
    this.#reconciliation = reconciliation;
    this.#report = report;
    this.#findings = findings;
  }

  /** 200 when everything is compared, 202 while runs go on. */
  @Post('reconcile')
  async reconcile(@Query() query: ReconcileRequest, @CurrentIdentity() operator: Identity): Promise<Answer> {
    const until = performance.now() + COMPARE_WITHIN_MS;
    const clientIds = await this.#clients(query.clientId);
    for (const clientId of clientIds) await this.#reconciliation.begin(clientId, { askedBy: operator.subject });
    for (const clientId of clientIds) await this.#reconciliation.driveToEnd(clientId, until);
    const report = await this.#report.of(clientIds);
    return answer(report.status === 'done' ? 200 : 202, report);
  }

  @Get('reconcile')
  async state(@Query() query: ReconcileRequest): Promise<ReconciliationReport> {
    return this.#report.of(await this.#clients(query.clientId));
  }

  @Get('findings')
  async list(@Query() query: ListFindingsRequest): Promise<object> {
    const { clientId, kind, status = 'open' } = query;
    const window = readCursor(query, {
      tenant: 'operator',
      filter: { clientId, kind, status },
      position: ['uuid', 'uuid'],
    });
    const after = window.after as [string, string] | undefined;
    const found = await this.#findings.execute({ clientId, kind, status, after, fetch: window.fetch });
    return page(found, window, (finding) => [finding.clientId, finding.id]);
  }

  async #clients(clientId: ClientId | undefined): Promise<ClientId[]> {
    const all = await this.#reconciliation.clients();
    if (clientId === undefined) return all;
    if (!all.includes(clientId)) throw new LaurelError('not_found', 'there is no such client');
    return [clientId];
  }
}
