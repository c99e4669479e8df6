import { CATALOGUE, TierChangedV1, CreatorSalesRecordedV1 } from '#libs/contracts';
import { describe, expect, it } from '@jest/globals';
import { partitionOf } from '../outbox/partitioner.ts';
import { RecordReader } from './read-record.ts';

const CLIENT = '0195c2a4-0000-7000-8000-000000000001';
const CREATOR = '0195c2a4-0000-7000-8000-0000000000aa';
const KEY = `${CLIENT}:${CREATOR}`;
const definitions = new Map(CATALOGUE.map(({ event }) => [event.type, event]));
const reader = new RecordReader(definitions, new Set([TierChangedV1.type, CreatorSalesRecordedV1.type]));

const data = {
  tierBefore: 1,
  tierAfter: 2,
  tierVersion: 1,
  decidedFor: '2025-01-06',
  cause: { kind: 'program', version: 1 },
  programVersion: 1,
};
const envelope = {
  specversion: '1.0',
  id: '0195c2a4-0000-7000-8000-0000000000e1',
  type: TierChangedV1.type,
  source: 'laurel/test',
  subject: CREATOR,
  time: '2025-01-06T00:00:00Z',
  datacontenttype: 'application/json',
  clientid: CLIENT,
  aggregateid: CREATOR,
  aggregateversion: 1,
  data,
};

function read(value: object | string | null, given: { key?: string | null; partition?: number } = {}) {
  const bytes = value === null ? null : Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
  const key = given.key === undefined ? KEY : given.key;
  const record = { offset: '7', key: key === null ? null : Buffer.from(key), value: bytes };
  return reader.read(record, given.partition ?? partitionOf(KEY));
}

describe('reading a record', () => {
  it('gives the event of an envelope that is as declared, also with fields that it does not know', () => {
    const known = read({ ...envelope, extra: 1, data: { ...data, later: true } });
    expect(known).toMatchObject({ kind: 'event', event: { clientId: CLIENT, subject: CREATOR, aggregateVersion: 1 } });
  });

  it.each([
    ['bytes that are no JSON', '{"specversion":'],
    ['an empty record', null],
    ['JSON that is no envelope', '[1,2]'],
    ['a null', 'null'],
    ['an envelope without an id', { ...envelope, id: undefined }],
    ['an id that is no UUID', { ...envelope, id: 'x' }],
    ['a subject with a NUL', { ...envelope, subject: 'a\u0000' }],
    ['a subject that is no text for Postgres', { ...envelope, subject: '\ud800' }],
    ['a version of 0', { ...envelope, aggregateversion: 0 }],
    ['a client that is no UUID', { ...envelope, clientid: 'acme' }],
    ['data that misses a field', { ...envelope, data: { ...data, tierAfter: undefined } }],
    ['data out of bounds', { ...envelope, data: { ...data, tierAfter: 7 } }],
  ])('refuses %s', (_, value) => {
    expect(read(value).kind).toBe('unreadable');
  });

  it('refuses a key that is not of the client and aggregate, and a key in a partition that is not its own', () => {
    expect(read(envelope, { key: `${CLIENT}:other` }).kind).toBe('unreadable');
    expect(read(envelope, { key: null }).kind).toBe('unreadable');
    expect(read(envelope, { partition: (partitionOf(KEY) + 1) % 12 }).kind).toBe('unreadable');
  });

  it('passes over types that nobody here consumes, and tells whether they are known', () => {
    expect(read({ ...envelope, type: 'laurel.tier.changed.v2' })).toMatchObject({
      kind: 'passed-over',
      isKnown: false,
    });
    expect(read({ ...envelope, type: 'laurel.creator.onboarded.v1' })).toMatchObject({
      kind: 'passed-over',
      isKnown: true,
    });
  });

  it('says which sync has counted an unreadable record, when that much can be read', () => {
    const broken = { ...envelope, type: CreatorSalesRecordedV1.type, data: { syncSequence: 4 } };
    expect(read(broken)).toMatchObject({ counts: { clientId: CLIENT, sequence: 4, eventId: envelope.id } });
    expect(read({ ...broken, aggregateid: undefined })).toMatchObject({ kind: 'unreadable', counts: undefined });
    expect(read({ ...broken, data: {} })).toMatchObject({ kind: 'unreadable', counts: undefined });
    expect(read({ ...envelope, data: { syncSequence: 4 } })).toMatchObject({ kind: 'unreadable', counts: undefined });
  });
});
