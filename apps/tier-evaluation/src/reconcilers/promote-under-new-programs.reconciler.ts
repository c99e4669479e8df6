import { Reconciles, type Reconciler } from '#libs/service-kit';
import { PromoteUnderNewProgram } from '../use-cases/promote-under-new-program.ts';
import { UnfinishedPublications } from '../use-cases/unfinished-publications.ts';

@Reconciles({ name: 'tier-evaluation.promote-under-new-programs', everyMs: 2_000 })
export class PromoteUnderNewPrograms implements Reconciler {
  readonly #publications: UnfinishedPublications;
  readonly #promote: PromoteUnderNewProgram;

  constructor(publications: UnfinishedPublications, promote: PromoteUnderNewProgram) {
    this.#publications = publications;
    this.#promote = promote;
  }

  async runOnce(): Promise<boolean> {
    let worked = false;
    for (const clientId of await this.#publications.clients()) {
      if (await this.#promote.execute(clientId)) worked = true;
    }
    return worked;
  }
}
