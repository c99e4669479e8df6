import type { ClientId } from '#libs/kernel';
import { Database } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { FindingStore, type Finding, type FindingFilter } from './finding-store.ts';
import { RunStore } from './run-store.ts';

export interface FindingsWanted extends FindingFilter {
  readonly clientId: ClientId | undefined;
  /** Of the last finding that was shown: its client and its id. */
  readonly after: readonly [clientId: string, id: string] | undefined;
  readonly fetch: number;
}

/** Findings of all clients, or of one. Row-level security shows one client at a time, so it goes client by client. */
@Injectable()
export class ListFindings {
  readonly #database: Database;
  readonly #runs: RunStore;
  readonly #findings: FindingStore;

  constructor(database: Database, runs: RunStore, findings: FindingStore) {
    this.#database = database;
    this.#runs = runs;
    this.#findings = findings;
  }

  /** By client, each client's oldest first. */
  async execute(wanted: FindingsWanted): Promise<Finding[]> {
    const found: Finding[] = [];
    for (const clientId of await this.#clients(wanted)) {
      if (found.length >= wanted.fetch) return found;
      const after = wanted.after?.[0] === clientId ? wanted.after[1] : undefined;
      const page = { after, fetch: wanted.fetch - found.length };
      found.push(...(await this.#database.inTenant(clientId, (tx) => this.#findings.list(tx, wanted, page))));
    }
    return found;
  }

  async #clients({ clientId, after }: FindingsWanted): Promise<ClientId[]> {
    if (clientId !== undefined) return [clientId];
    const all = await this.#database.inTransaction((tx) => this.#runs.clients(tx));
    return after === undefined ? all : all.filter((one) => one >= after[0]);
  }
}
