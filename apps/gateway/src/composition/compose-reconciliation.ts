import { Injectable } from '@nestjs/common';
import { Upstreams, type JsonAnswer } from '../forwarding/upstreams.ts';
import { ComposeFindings, RECONCILED_SERVICES } from './compose-findings.ts';

interface Report {
  readonly status: 'running' | 'done';
}

/** Shown with a report; the list has them all. */
const FIRST_FINDINGS = 20;

/** What the services' runs say, side by side, with the first findings that are open. */
@Injectable()
export class ComposeReconciliation {
  readonly #upstreams: Upstreams;
  readonly #findings: ComposeFindings;

  constructor(upstreams: Upstreams, findings: ComposeFindings) {
    this.#upstreams = upstreams;
    this.#findings = findings;
  }

  /**
   * Has the services compare (POST), or asks how far they are (GET). What one of them refuses is the answer.
   * @throws LaurelError unavailable if one is down: half a reconciliation would look like good news
   */
  async execute(method: 'GET' | 'POST', clientId: string | null, authorization: string): Promise<JsonAnswer> {
    const query = clientId === null ? '' : `?${new URLSearchParams({ clientId })}`;
    const answers = await Promise.all(
      RECONCILED_SERVICES.map((service) =>
        this.#upstreams.call(service, { method, path: `/ops/reconcile${query}`, authorization }),
      ),
    );
    const refused = answers.find(({ status }) => status >= 300);
    if (refused !== undefined) return refused;
    const wanted = new URLSearchParams({ limit: String(FIRST_FINDINGS), ...(clientId === null ? {} : { clientId }) });
    const findings = await this.#findings.list(wanted, authorization);
    if (findings.status !== 200) return findings;
    const services = answers.map(({ body }) => body as Report);
    const status = services.every((report) => report.status === 'done') ? 'done' : 'running';
    const body = { status, services, findings: (findings.body as { data: unknown }).data };
    return { status: method === 'POST' && status === 'running' ? 202 : 200, body, headers: {} };
  }
}
