import { Reconciles } from '#libs/service-kit';
import { WorkBackfills } from '../use-cases/work-backfills.ts';

/** Carries on every job that goes on by itself. Clients without any cost nothing. */
@Reconciles({ name: 'redemption.backfills', everyMs: 200 })
export class BackfillsReconciler {
  constructor(private readonly workBackfills: WorkBackfills) {}

  runOnce(): Promise<boolean> {
    return this.workBackfills.round();
  }
}
