import { CLOCK, systemClock, type ClientId, type Clock } from '#libs/kernel';
import { Database } from '#libs/persistence';
import {
  ListFindings,
  Metrics,
  ReconcileNightly,
  Reconciliation,
  reconciliationProviders,
  type Finding,
} from '#libs/service-kit';
import { Test } from '@nestjs/testing';
import { ClientReachRepository } from '../src/persistence/client-reach.repository.ts';
import { CreatorFactsRepository } from '../src/persistence/creator-facts.repository.ts';
import { ProgramRepository } from '../src/persistence/program.repository.ts';
import { CompareStandings } from '../src/use-cases/compare-standings.ts';
import { RebuildStandings } from '../src/use-cases/rebuild-standings.ts';
import type { ServiceUnderTest } from './service-under-test.ts';

/** The service's reconciliation and rebuild, as one process has them. */
export interface ReconciledService {
  readonly nightly: ReconcileNightly;
  readonly metrics: Metrics;
  /** A run that an operator asks for, and the findings that are open after it. */
  reconcile(clientId: ClientId): Promise<Finding[]>;
  findings(clientId: ClientId, status: 'open' | 'resolved' | 'all'): Promise<Finding[]>;
  /** How many standings were changed. */
  rebuild(clientId: ClientId): Promise<number>;
}

export async function reconciled(service: ServiceUnderTest, clock: Clock = systemClock): Promise<ReconciledService> {
  const module = await Test.createTestingModule({
    providers: [
      ...reconciliationProviders({ service: 'tier-evaluation', hour: 3, comparisons: [CompareStandings] }),
      ...[CreatorFactsRepository, ProgramRepository, ClientReachRepository],
      { provide: Database, useValue: service.database },
      { provide: Metrics, useValue: new Metrics('tier-evaluation') },
      { provide: CLOCK, useValue: clock },
    ],
  }).compile();
  const reconciliation = module.get(Reconciliation);
  const findings = (clientId: ClientId, status: 'open' | 'resolved' | 'all') =>
    module.get(ListFindings).execute({ clientId, status, kind: undefined, after: undefined, fetch: 1_000 });
  return {
    nightly: module.get(ReconcileNightly),
    metrics: module.get(Metrics),
    findings,
    reconcile: async (clientId) => {
      await reconciliation.begin(clientId, { askedBy: 'a test' });
      if (!(await reconciliation.driveToEnd(clientId, Infinity))) throw new Error('the run has not come to its end');
      return findings(clientId, 'open');
    },
    rebuild: async (clientId) => {
      const { rebuilt, next } = await service
        .get(RebuildStandings)
        .execute({ clientId, after: null, rebuiltBy: 'a test' });
      if (next !== null) throw new Error('a test has few creators');
      return rebuilt.length;
    },
  };
}
