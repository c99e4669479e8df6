import {
  newEvent,
  ProgrammeDateAdvancedV1,
  type NewEvent,
  type ReceivedEvent,
  type SyncAppliedV1,
} from '#libs/contracts';
import { Outbox } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import {
  ProgrammeDateRepository,
  type AppliedSync,
  type ProgrammeDate,
} from '../persistence/programme-date.repository.ts';

/**
 * Marks syncs that both services are through with, and lets the programme date follow: it is the greatest business date
 * of them and never goes back. The events share the lane of those that came in: both are keyed by the client.
 */
@Injectable()
export class MarkSyncsApplied {
  readonly #dates: ProgrammeDateRepository;
  readonly #outbox: Outbox;

  constructor(dates: ProgrammeDateRepository, outbox: Outbox) {
    this.#dates = dates;
    this.#outbox = outbox;
  }

  async execute(finished: readonly ReceivedEvent<typeof SyncAppliedV1>[], tx: TenantTransaction): Promise<void> {
    const applications = finished.map(({ data }) => ({ syncId: data.syncId, service: data.service }));
    const applied = await this.#dates.noteApplications(applications, tx);
    let reached = await this.#dates.find(tx);
    const events: NewEvent[] = [];
    for (const sync of applied) {
      if (reached !== undefined && sync.businessDate <= reached.date) continue;
      reached = { date: sync.businessDate, version: (reached?.version ?? 0) + 1 };
      events.push(advanced(tx.clientId, sync, reached));
    }
    if (reached === undefined || events.length === 0) return;
    await this.#dates.save(reached, tx);
    await this.#outbox.append(tx, events);
  }
}

function advanced(clientId: string, sync: AppliedSync, reached: ProgrammeDate): NewEvent {
  return newEvent(ProgrammeDateAdvancedV1, {
    clientId,
    aggregateId: clientId,
    subject: clientId,
    aggregateVersion: reached.version,
    data: { programmeDate: reached.date, syncId: sync.syncId, syncSequence: sync.sequence },
  });
}
