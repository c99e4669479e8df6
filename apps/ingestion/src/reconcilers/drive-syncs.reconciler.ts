import { Reconciles, type Reconciler } from '#libs/service-kit';
import { DriveUnfinishedSyncs } from '../use-cases/drive-unfinished-syncs.ts';

/** Syncs that nobody is at go on, and uploads that nobody receives any more have failed. */
@Reconciles({ name: 'ingestion.drive-syncs', everyMs: 1_000 })
export class DriveSyncsReconciler implements Reconciler {
  readonly #drive: DriveUnfinishedSyncs;

  constructor(drive: DriveUnfinishedSyncs) {
    this.#drive = drive;
  }

  async runOnce(): Promise<boolean> {
    await this.#drive.execute();
    return false;
  }
}
