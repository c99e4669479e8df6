import { setTimeout as delay } from 'node:timers/promises';
import type { ClientId } from '#libs/kernel';
import { Database, trustedSql, type TenantTransaction } from '#libs/persistence';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { COMPARISONS, type Compared, type Comparison, type Difference } from './comparison.ts';
import { FindingStore } from './finding-store.ts';
import { ReconciliationMetrics } from './reconciliation-metrics.ts';
import { RunStore, type Reason, type RunningRun } from './run-store.ts';

/** It reads a snapshot and takes no xid, so nobody waits for it; a large client may need longer than a writer may. */
const COMPARING_TIMEOUT_MS = 120_000;
/** New findings of a chunk that are told line by line. */
const LINES_A_CHUNK = 10;
const BUSY_PAUSE_MS = 50;

interface Step {
  readonly run: RunningRun;
  readonly comparison: Comparison;
  readonly compared: Compared;
}

/**
 * Takes runs through the comparisons, a chunk at a time: read in one snapshot that can not write, then note what was
 * found together with the cursor of the run. So a crash costs a chunk, and nothing is ever mended here.
 */
@Injectable()
export class Reconciliation {
  readonly #database: Database;
  readonly #runs: RunStore;
  readonly #findings: FindingStore;
  readonly #metrics: ReconciliationMetrics;
  readonly #comparisons: readonly Comparison[];
  readonly #logger = new Logger('reconciliation');

  constructor(
    database: Database,
    runs: RunStore,
    findings: FindingStore,
    metrics: ReconciliationMetrics,
    @Inject(COMPARISONS) comparisons: readonly Comparison[],
  ) {
    this.#database = database;
    this.#runs = runs;
    this.#findings = findings;
    this.#metrics = metrics;
    this.#comparisons = comparisons;
    metrics.announce(comparisons.flatMap(({ kinds }) => kinds));
  }

  clients(): Promise<ClientId[]> {
    return this.#database.inTransaction((tx) => this.#runs.clients(tx));
  }

  /** Begins a run. One that an operator asks for takes the place of one that is under way, whose first half is old. */
  async begin(clientId: ClientId, reason: Reason): Promise<void> {
    await this.#database.inTenant(clientId, async (tx) => {
      if ('night' in reason && (await this.#runs.hasNight(tx, reason.night))) return;
      if ('askedBy' in reason) await this.#runs.supersede(tx);
      await this.#runs.begin(tx, reason);
    });
  }

  /**
   * Goes on with the client's run until it is through or the time is over.
   * @param until of `performance.now()`
   * @returns whether anything was compared here, and whether nothing is left to compare
   */
  async drive(clientId: ClientId, until: number): Promise<{ worked: boolean; through: boolean }> {
    let worked = false;
    do {
      const step = await this.#compare(clientId);
      if (step === 'nothing') return { worked, through: true };
      if (step === 'elsewhere') return { worked, through: false };
      await this.#note(clientId, step);
      worked = true;
    } while (performance.now() < until);
    return { worked, through: false };
  }

  /** `drive`, also while another process has the run. @returns true when nothing is left to compare */
  async driveToEnd(clientId: ClientId, until: number): Promise<boolean> {
    for (;;) {
      const { through } = await this.drive(clientId, until);
      if (through || performance.now() >= until) return through;
      await delay(BUSY_PAUSE_MS);
    }
  }

  /** Looks how many findings are open, for the metrics. */
  async lookAtOpen(clientId: ClientId): Promise<ReadonlyMap<string, number>> {
    const open = await this.#database.inTenant(clientId, (tx) => this.#findings.openByKind(tx));
    this.#metrics.showOpen(clientId, open);
    return open;
  }

  #compare(clientId: ClientId): Promise<Step | 'nothing' | 'elsewhere'> {
    const read = async (tx: TenantTransaction) => {
      await tx.execute(trustedSql('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY'));
      if (!(await this.#runs.claim(tx))) return 'elsewhere';
      const run = await this.#runs.running(tx);
      if (run === undefined) return 'nothing';
      const comparison = this.#comparisons.find(({ name }) => name === run.comparison) ?? this.#comparisons[0];
      if (comparison === undefined) throw new Error('a service that reconciles has comparisons');
      return { run, comparison, compared: await comparison.compareAfter(tx, run.comparedUpTo) };
    };
    return this.#database.inTenant(clientId, read, { timeoutMs: COMPARING_TIMEOUT_MS });
  }

  async #note(clientId: ClientId, { run, comparison, compared }: Step): Promise<void> {
    const { next, rows, differences } = compared;
    const following = this.#comparisons[this.#comparisons.indexOf(comparison) + 1];
    const to =
      next === null
        ? { comparison: following?.name ?? comparison.name, upTo: null }
        : { comparison: comparison.name, upTo: next };
    const noted = await this.#database.inTenant(clientId, async (tx) => {
      if (!(await this.#runs.advance(tx, run, { ...to, rows, differences: differences.length }))) return undefined;
      const fresh = await this.#findings.record(tx, { number: run.number, before: run.differences }, differences);
      if (next === null && following === undefined) {
        await this.#runs.finish(tx, run, await this.#findings.resolve(tx, run.number));
      }
      return { fresh, open: await this.#findings.openByKind(tx) };
    });
    if (noted === undefined) return;
    this.#metrics.showOpen(clientId, noted.open);
    this.#tell(clientId, differences, noted.fresh);
  }

  /** Figures stay in the findings: a log line says of whom and what kind. */
  #tell(clientId: ClientId, differences: readonly Difference[], fresh: readonly Difference[]): void {
    for (const [kind, ofKind] of Map.groupBy(differences, (difference) => difference.kind)) {
      this.#metrics.countDifferences(kind, ofKind.length);
      this.#logger.warn({ clientId, kind, count: ofKind.length }, 'figures do not agree');
    }
    for (const { kind, subject } of fresh.slice(0, LINES_A_CHUNK)) {
      const of = subject.kind === 'creator' ? { creatorId: subject.id } : { aggregateId: subject.id };
      this.#logger.warn({ clientId, kind, ...of }, 'a figure does not agree, see the findings');
    }
  }
}
