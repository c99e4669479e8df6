import { LaurelError } from '#libs/contracts';
import type { ClientId } from '#libs/kernel';
import { Database, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { Erased, Erasure, Obligation } from '../../domain/erasure/erasure.ts';
import { ErasureRepository } from '../../persistence/erasure.repository.ts';

export interface ErasureReport extends Erasure {
  readonly obligations: readonly Obligation[];
  /** What is gone, where, as far as services have confirmed. */
  readonly gone: readonly (Erased & { readonly service: string })[];
}

@Injectable()
export class ReadErasure {
  readonly #database: Database;
  readonly #erasures: ErasureRepository;

  constructor(database: Database, erasures: ErasureRepository) {
    this.#database = database;
    this.#erasures = erasures;
  }

  execute(clientId: ClientId, id: string): Promise<ErasureReport> {
    return this.#database.inTenant(clientId, async (tx) => {
      const erasure = await this.#erasures.find(id, tx);
      if (erasure === undefined) throw new LaurelError('not_found', 'there is no such erasure');
      return this.report(erasure, tx);
    });
  }

  async report(erasure: Erasure, tx: TenantTransaction): Promise<ErasureReport> {
    const answers = await this.#erasures.answersTo(erasure.id, tx);
    return {
      ...erasure,
      obligations: answers.flatMap(({ obligations }) => obligations),
      gone: answers.flatMap(({ service, erased }) => erased.map((each) => ({ service, ...each }))),
    };
  }
}
