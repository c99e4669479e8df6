import type { ProgrammeDateAdvancedV1, ReceivedEvent } from '#libs/contracts';
import { toCalendarDate } from '#libs/kernel';
import type { TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { ClientRepository } from '../persistence/client.repository.ts';

/** Keeps the client's today, which payout holds go by. */
@Injectable()
export class FollowProgrammeDate {
  constructor(private readonly clients: ClientRepository) {}

  async execute(
    events: readonly ReceivedEvent<typeof ProgrammeDateAdvancedV1>[],
    tx: TenantTransaction,
  ): Promise<void> {
    for (const { data } of events) await this.clients.advanceProgrammeDate(toCalendarDate(data.programmeDate), tx);
  }
}
