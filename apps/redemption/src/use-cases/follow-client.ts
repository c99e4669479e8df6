import type { CalendarDate } from '#libs/kernel';
import type { TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { ClientRepository, type FinishedSync, type ProgramCopy } from '../persistence/client.repository.ts';

/** Keeps this service's copies of what others say of a client. Older words never overwrite newer ones. */
@Injectable()
export class FollowClient {
  constructor(private readonly clients: ClientRepository) {}

  register(tx: TenantTransaction): Promise<void> {
    return this.clients.register(tx);
  }

  program(program: ProgramCopy, tx: TenantTransaction): Promise<void> {
    return this.clients.saveProgram(program, tx);
  }

  finishedSyncs(finished: readonly FinishedSync[], tx: TenantTransaction): Promise<void> {
    return this.clients.noteFinishedSyncs(finished, tx);
  }

  programmeDate(date: CalendarDate, tx: TenantTransaction): Promise<void> {
    return this.clients.advanceProgrammeDate(date, tx);
  }
}
