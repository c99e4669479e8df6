import { randomUUID } from 'node:crypto';
import { SyncCompletedV1, newEvent, type CreatorSalesRecordedV1, type NewEvent } from '#libs/contracts';
import { salesRecorded } from '#libs/testing';

export type SalesEvent = NewEvent<typeof CreatorSalesRecordedV1>;

/** `versions` events for each creator, in the order of a sync after the other: version v belongs to sync v. */
export function salesOf(clientId: string, creators: readonly string[], versions: readonly number[]): SalesEvent[] {
  return versions.flatMap((version) =>
    creators.map((creatorId) => salesRecorded({ clientId, creatorId, version, syncSequence: version })),
  );
}

export function syncCompleted(
  clientId: string,
  sequence: number,
  creatorSalesEvents: number,
): NewEvent<typeof SyncCompletedV1> {
  return newEvent(SyncCompletedV1, {
    clientId,
    aggregateId: clientId,
    subject: clientId,
    aggregateVersion: sequence,
    data: {
      syncId: randomUUID(),
      syncSequence: sequence,
      businessDate: `2025-01-${String(sequence).padStart(2, '0')}`,
      previousBusinessDate: sequence === 1 ? null : `2025-01-${String(sequence - 1).padStart(2, '0')}`,
      creatorSalesEvents,
      fileSha256: 'a'.repeat(64),
    },
  });
}

export function someIds(count: number): string[] {
  return Array.from({ length: count }, () => randomUUID());
}
