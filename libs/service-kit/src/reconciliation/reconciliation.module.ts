import { SERVICES, type StatefulServiceName } from '#libs/contracts';
import { Database } from '#libs/persistence';
import { Module, type DynamicModule, type Provider, type Type } from '@nestjs/common';
import { COMPARISONS, type Comparison } from './comparison.ts';
import { FindingStore } from './finding-store.ts';
import { ListFindings } from './list-findings.ts';
import { RECONCILE_HOUR, ReconcileNightly } from './reconcile-nightly.ts';
import { ReconcileReport } from './reconcile-report.ts';
import { Reconciliation } from './reconciliation.ts';
import { ReconciliationMetrics } from './reconciliation-metrics.ts';
import { ReconciliationController } from './reconciliation.controller.ts';
import { RunStore } from './run-store.ts';

export interface ReconciliationOptions {
  readonly service: StatefulServiceName;
  /** UTC. */
  readonly hour: number;
  /** The service's comparisons, in the order in which a run makes them, and what they need to be injected with. */
  readonly comparisons: readonly Type<Comparison>[];
  readonly providers: readonly Provider[];
}

/** Gives a service that keeps a figure in two places the runs that hold them against each other. */
@Module({})
export class ReconciliationModule {
  static forRoot(options: ReconciliationOptions): DynamicModule {
    return {
      module: ReconciliationModule,
      controllers: [ReconciliationController],
      providers: [...options.providers, ...reconciliationProviders(options)],
      exports: [Reconciliation],
    };
  }
}

/** The parts, for tests that have no HTTP. */
export function reconciliationProviders(options: Omit<ReconciliationOptions, 'providers'>): Provider[] {
  const { service, hour, comparisons } = options;
  const { schema } = SERVICES[service];
  return [
    ...comparisons,
    { provide: COMPARISONS, useFactory: (...made: Comparison[]) => made, inject: [...comparisons] },
    { provide: RunStore, useFactory: () => new RunStore(schema) },
    { provide: FindingStore, useFactory: () => new FindingStore(schema) },
    { provide: RECONCILE_HOUR, useValue: hour },
    ReconciliationMetrics,
    Reconciliation,
    ReconcileNightly,
    {
      provide: ReconcileReport,
      useFactory: (database: Database, runs: RunStore, findings: FindingStore) =>
        new ReconcileReport(service, database, runs, findings),
      inject: [Database, RunStore, FindingStore],
    },
    ListFindings,
  ];
}
