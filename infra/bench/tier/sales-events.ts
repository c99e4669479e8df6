import { CreatorSalesRecordedV1, newEvent } from '#libs/contracts';
import { encodeEnvelope, keyOf, partitionOf } from '#libs/messaging';
import { CLIENT_ID, creatorIdOf } from './tier-seed.ts';

export const SYNC_ID = '01920000-0000-7000-8000-000000005a1e';
export const BUSINESS_DATE = '2025-04-20';

export interface SalesRecord {
  readonly key: string;
  readonly value: string;
  readonly partition: number;
}

/** The event of one creator in the sync after those of `seedSellingCreators`; one in twenty lifts its creator. */
export function salesRecordOf(n: number): SalesRecord {
  const creatorId = creatorIdOf(n);
  const difference = (postDate: string, gmvMinor: number) => ({
    postDate,
    firstSighting: postDate > '2025-04-02',
    gmvMinor: String(gmvMinor),
    units: '2',
    videos: 1,
    views: 1_200,
    likes: 80,
    comments: 3,
  });
  const event = newEvent(CreatorSalesRecordedV1, {
    clientId: CLIENT_ID,
    aggregateId: creatorId,
    subject: creatorId,
    aggregateVersion: 4,
    data: {
      syncId: SYNC_ID,
      syncSequence: 4,
      businessDate: BUSINESS_DATE,
      previousBusinessDate: '2025-04-02',
      lifetimeGmvMinor: '95000',
      lifetimeUnits: '40',
      differences: [
        difference('2025-03-10', n % 20 === 0 ? 20_000 : 2_000),
        ...(n % 3 === 0 ? [difference('2025-04-18', 900)] : []),
      ],
    },
  });
  const key = keyOf(CLIENT_ID, creatorId);
  const id = `0192aaaa-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
  const traceparent = `00-${'0'.repeat(24)}${n.toString(16).padStart(8, '0')}-00000000000000a1-01`;
  const time = '2025-04-20T06:00:00.000Z';
  return {
    key,
    partition: partitionOf(key),
    value: encodeEnvelope({ event, id, time, source: 'laurel/ingestion', traceparent }),
  };
}
