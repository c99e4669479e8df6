import { Watermark } from '#libs/messaging';
import { Reconciles, type Reconciler } from '#libs/service-kit';
import { ApplyReachedSync } from '../use-cases/apply-reached-sync.ts';

@Reconciles({ name: 'tier-evaluation.apply-reached-syncs', everyMs: 100 })
export class ApplyReachedSyncs implements Reconciler {
  readonly #watermark: Watermark;
  readonly #apply: ApplyReachedSync;

  constructor(watermark: Watermark, apply: ApplyReachedSync) {
    this.#watermark = watermark;
    this.#apply = apply;
  }

  async runOnce(): Promise<boolean> {
    let worked = false;
    for (const clientId of await this.#watermark.clientsWithOpenSyncs()) {
      if (await this.#apply.execute(clientId)) worked = true;
    }
    return worked;
  }
}
