import { Injectable } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';
import { Metrics } from '../observability/metrics.ts';

/** How many differences runs of this process have found, and how many findings are open as far as it has looked. */
@Injectable()
export class ReconciliationMetrics {
  readonly #differences: Counter<'kind'>;
  readonly #open: Gauge<'kind'>;
  readonly #byClient = new Map<string, ReadonlyMap<string, number>>();

  constructor(metrics: Metrics) {
    const registers = [metrics.registry];
    this.#differences = new Counter({
      name: 'laurel_reconciliation_differences_total',
      help: 'Differences that runs of this process have found, by kind',
      labelNames: ['kind'],
      registers,
    });
    this.#open = new Gauge({
      name: 'laurel_reconciliation_open_findings',
      help: 'Findings of all clients that no run has resolved, by kind; of several processes the latest look counts',
      labelNames: ['kind'],
      registers,
    });
  }

  /** Shows a kind before anything of it is found: a series that is not there can not be told from a run that is not. */
  announce(kinds: readonly string[]): void {
    for (const kind of kinds) {
      this.#differences.inc({ kind }, 0);
      this.#open.set({ kind }, 0);
    }
  }

  countDifferences(kind: string, count: number): void {
    this.#differences.inc({ kind }, count);
  }

  /** Takes over what is open of one client. */
  showOpen(clientId: string, open: ReadonlyMap<string, number>): void {
    const before = this.#byClient.get(clientId);
    this.#byClient.set(clientId, open);
    for (const kind of new Set([...(before?.keys() ?? []), ...open.keys()])) {
      const sum = [...this.#byClient.values()].reduce((total, counts) => total + (counts.get(kind) ?? 0), 0);
      this.#open.set({ kind }, sum);
    }
  }
}
