import type { ProgramPublishedV1, ReceivedEvent } from '#libs/contracts';
import { toCurrency } from '#libs/kernel';
import type { TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { ProgramRepository } from '../persistence/program.repository.ts';

/** Keeps of a client's program what files are read with. */
@Injectable()
export class CopyPrograms {
  readonly #programs: ProgramRepository;

  constructor(programs: ProgramRepository) {
    this.#programs = programs;
  }

  async execute(published: readonly ReceivedEvent<typeof ProgramPublishedV1>[], tx: TenantTransaction): Promise<void> {
    for (const { data } of published) {
      const { version, timezone, metric } = data;
      await this.#programs.save({ version, timezone, metric, currency: toCurrency(data.currency) }, tx);
    }
  }
}
