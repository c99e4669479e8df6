import type { StatefulServiceName } from '#libs/contracts';
import type { ClientId } from '#libs/kernel';
import type { Database } from '#libs/persistence';
import type { FindingStore } from './finding-store.ts';
import type { RunStore } from './run-store.ts';

/** What the latest run of each client says, added up. */
export interface ReconciliationReport {
  readonly name: StatefulServiceName;
  readonly status: 'running' | 'done';
  readonly clients: number;
  readonly compared: number;
  readonly differences: number;
  readonly resolved: number;
  /** Open findings by kind. */
  readonly open: Readonly<Record<string, number>>;
}

export class ReconcileReport {
  readonly #service: StatefulServiceName;
  readonly #database: Database;
  readonly #runs: RunStore;
  readonly #findings: FindingStore;

  constructor(service: StatefulServiceName, database: Database, runs: RunStore, findings: FindingStore) {
    this.#service = service;
    this.#database = database;
    this.#runs = runs;
    this.#findings = findings;
  }

  async of(clientIds: readonly ClientId[]): Promise<ReconciliationReport> {
    const sums = { compared: 0, differences: 0, resolved: 0 };
    const open: Record<string, number> = {};
    let running = false;
    for (const clientId of clientIds) {
      await this.#database.inTenant(clientId, async (tx) => {
        const run = await this.#runs.latest(tx);
        running ||= run?.status === 'running';
        sums.compared += run?.compared ?? 0;
        sums.differences += run?.differences ?? 0;
        sums.resolved += run?.resolved ?? 0;
        for (const [kind, count] of await this.#findings.openByKind(tx)) open[kind] = (open[kind] ?? 0) + count;
      });
    }
    return { name: this.#service, status: running ? 'running' : 'done', clients: clientIds.length, ...sums, open };
  }
}
