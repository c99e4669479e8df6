import { createHash, randomUUID } from 'node:crypto';
import {
  ClientCreatedV1,
  CreatorSalesRecordedV1,
  MissionGrantChangedV1,
  newEvent,
  ProgrammeDateAdvancedV1,
  SyncAppliedV1,
  SyncCompletedV1,
  TierChangedV1,
  type DataOf,
  type NewEvent,
} from '#libs/contracts';

/** Whose event it is, and its version; the rest is the event's data, of which anything may be left out. */
interface OfClient {
  readonly clientId: string;
}
interface OfCreator extends OfClient {
  readonly creatorId: string;
  /** 1 when not given. */
  readonly version?: number;
}

export function clientCreated({ clientId }: OfClient): NewEvent<typeof ClientCreatedV1> {
  const data = { createdAt: '2025-01-01T00:00:00Z' };
  return newEvent(ClientCreatedV1, { clientId, aggregateId: clientId, subject: clientId, aggregateVersion: 1, data });
}

type Sales = DataOf<typeof CreatorSalesRecordedV1>;
type Difference = Sales['differences'][number];

/** Sales of one creator in one sync; a difference needs no more than `gmvMinor`. */
export function salesRecorded(
  given: OfCreator & Partial<Omit<Sales, 'differences'>> & { differences?: readonly Partial<Difference>[] },
): NewEvent<typeof CreatorSalesRecordedV1> {
  const { clientId, creatorId, version = 1, differences = [{}], ...data } = given;
  const businessDate = data.businessDate ?? '2025-01-06';
  const whole = differences.map((difference) => aDifference(businessDate, difference));
  const total = (of: (difference: Difference) => string): string =>
    String(whole.reduce((sum, difference) => sum + BigInt(of(difference)), 0n));
  return newEvent(CreatorSalesRecordedV1, {
    clientId,
    aggregateId: creatorId,
    subject: creatorId,
    aggregateVersion: version,
    data: {
      syncId: randomUUID(),
      syncSequence: 1,
      businessDate,
      previousBusinessDate: null,
      lifetimeGmvMinor: total(({ gmvMinor }) => gmvMinor),
      lifetimeUnits: total(({ units }) => units),
      ...data,
      differences: whole,
    },
  });
}

function aDifference(postDate: string, given: Partial<Difference>): Difference {
  return {
    postDate,
    firstSighting: false,
    gmvMinor: '10000',
    units: '1',
    videos: 0,
    views: 0,
    likes: 0,
    comments: 0,
    ...given,
  };
}

export function syncCompleted(
  given: OfClient & Partial<DataOf<typeof SyncCompletedV1>>,
): NewEvent<typeof SyncCompletedV1> {
  const { clientId, ...data } = given;
  const syncId = data.syncId ?? randomUUID();
  const syncSequence = data.syncSequence ?? 1;
  return newEvent(SyncCompletedV1, {
    clientId,
    aggregateId: clientId,
    subject: clientId,
    aggregateVersion: syncSequence,
    data: {
      businessDate: '2025-01-06',
      previousBusinessDate: null,
      creatorSalesEvents: 1,
      fileSha256: createHash('sha256').update(syncId).digest('hex'),
      ...data,
      syncId,
      syncSequence,
    },
  });
}

export function tierChanged(
  given: Omit<OfCreator, 'version'> & Partial<DataOf<typeof TierChangedV1>>,
): NewEvent<typeof TierChangedV1> {
  const { clientId, creatorId, ...data } = given;
  const tierVersion = data.tierVersion ?? 1;
  return newEvent(TierChangedV1, {
    clientId,
    aggregateId: creatorId,
    subject: creatorId,
    aggregateVersion: tierVersion,
    data: {
      tierBefore: 1,
      tierAfter: 2,
      decidedFor: '2025-01-06',
      cause: { kind: 'sync', syncId: randomUUID() },
      programVersion: 1,
      ...data,
      tierVersion,
    },
  });
}

export function programmeDateAdvanced(
  given: OfClient & { version?: number } & Partial<DataOf<typeof ProgrammeDateAdvancedV1>>,
): NewEvent<typeof ProgrammeDateAdvancedV1> {
  const { clientId, version = 1, ...data } = given;
  return newEvent(ProgrammeDateAdvancedV1, {
    clientId,
    aggregateId: clientId,
    subject: clientId,
    aggregateVersion: version,
    data: { programmeDate: '2025-01-06', syncId: randomUUID(), syncSequence: version, ...data },
  });
}

/** A mission's grant, or with `status: 'lost'` its loss, which is the grant's second version. */
export function missionGrantChanged(
  given: Omit<OfCreator, 'version'> &
    Partial<DataOf<typeof MissionGrantChangedV1>> & { readonly grantId: string; readonly rewardId: string },
): NewEvent<typeof MissionGrantChangedV1> {
  const { clientId, ...data } = given;
  const status = data.status ?? 'granted';
  return newEvent(MissionGrantChangedV1, {
    clientId,
    aggregateId: data.creatorId,
    subject: data.grantId,
    aggregateVersion: status === 'granted' ? 1 : 2,
    data: { missionId: randomUUID(), ...data, status },
  });
}

/** One service is through with a sync. */
export function syncApplied(given: OfClient & Partial<DataOf<typeof SyncAppliedV1>>): NewEvent<typeof SyncAppliedV1> {
  const { clientId, ...data } = given;
  const whole = {
    syncId: randomUUID(),
    syncSequence: 1,
    businessDate: '2025-01-06',
    service: 'tier-evaluation' as const,
    ...data,
  };
  const subject = `${whole.syncId}:${whole.service}`;
  return newEvent(SyncAppliedV1, { clientId, aggregateId: clientId, subject, aggregateVersion: 1, data: whole });
}
