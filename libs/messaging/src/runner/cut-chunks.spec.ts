import { describe, expect, it } from '@jest/globals';
import type { ReadRecord } from '../envelope/read-record.ts';
import { cutChunks } from './cut-chunks.ts';
import type { FetchedRecord } from './record-source.ts';

function records(count: number): FetchedRecord[] {
  return Array.from({ length: count }, (_, index) => ({ offset: String(index), key: null, value: null }));
}

function ofClient(client: (offset: number) => string) {
  return (record: FetchedRecord): ReadRecord =>
    ({ kind: 'event', record, type: 't', event: { clientId: client(Number(record.offset)) } }) as unknown as ReadRecord;
}

describe('cutting a batch into chunks', () => {
  it('keeps every record in order, at most 1,000 to a chunk', () => {
    const chunks = [
      ...cutChunks(
        records(2001),
        ofClient(() => 'a'),
      ),
    ];
    expect(chunks.map((chunk) => [chunk.records.length, chunk.lastOffset])).toEqual([
      [1000, '999'],
      [1000, '1999'],
      [1, '2000'],
    ]);
  });

  it('has at most 100 clients to a chunk', () => {
    const chunks = [
      ...cutChunks(
        records(250),
        ofClient((offset) => `client ${offset}`),
      ),
    ];
    expect(chunks.map((chunk) => chunk.records.length)).toEqual([100, 100, 50]);
  });

  it('reads each record once, and none before its chunk is asked for', () => {
    let reads = 0;
    const cut = cutChunks(records(1500), (record) => {
      reads += 1;
      return ofClient(() => 'a')(record);
    });
    cut.next();
    expect(reads).toBe(1001);
    expect([...cut]).toHaveLength(1);
    expect(reads).toBe(1500);
  });

  it('makes nothing of nothing', () => {
    expect([
      ...cutChunks(
        [],
        ofClient(() => 'a'),
      ),
    ]).toEqual([]);
  });
});
