import { Watermark } from '#libs/messaging';
import { Reconciles, type Reconciler } from '#libs/service-kit';
import { ApplyCompletedSync } from '../use-cases/apply-completed-sync.ts';

/** Brings every client with an open sync one sync further. */
@Reconciles({ name: 'commission-boost.apply-completed-syncs', everyMs: 150 })
export class CompletedSyncReconciler implements Reconciler {
  constructor(
    private readonly watermark: Watermark,
    private readonly applyCompletedSync: ApplyCompletedSync,
  ) {}

  async runOnce(): Promise<boolean> {
    let applied = false;
    for (const clientId of await this.watermark.clientsWithOpenSyncs()) {
      applied = (await this.applyCompletedSync.execute(clientId)) || applied;
    }
    return applied;
  }
}
