import { Reconciles, type Reconciler } from '#libs/service-kit';
import { SweepStaging } from '../use-cases/sweep-staging.ts';

@Reconciles({ name: 'ingestion.sweep-staging', everyMs: 60_000 })
export class SweepStagingReconciler implements Reconciler {
  readonly #sweep: SweepStaging;

  constructor(sweep: SweepStaging) {
    this.#sweep = sweep;
  }

  runOnce(): Promise<boolean> {
    return this.#sweep.execute();
  }
}
