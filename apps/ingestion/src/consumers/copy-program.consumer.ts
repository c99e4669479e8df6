import { ProgramPublishedV1 } from '#libs/contracts';
import { Consumes, type EventBatch, type EventConsumer } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { CopyPrograms } from '../use-cases/copy-programs.ts';

@Consumes(ProgramPublishedV1, { name: 'ingestion.copy-program' })
export class CopyProgram implements EventConsumer<typeof ProgramPublishedV1> {
  readonly #copyPrograms: CopyPrograms;

  constructor(copyPrograms: CopyPrograms) {
    this.#copyPrograms = copyPrograms;
  }

  handle(batch: EventBatch<typeof ProgramPublishedV1>, tx: TenantTransaction): Promise<void> {
    return this.#copyPrograms.execute(batch.latestPerSubject(), tx);
  }
}
