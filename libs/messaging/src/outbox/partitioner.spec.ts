import { PARTITIONS } from '#libs/contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Partitioners } from 'kafkajs';
import { partitionOf } from './partitioner.ts';

/** Kafka's own vectors (UtilsTest.testMurmur2): the hash of the key before it is made positive. */
const HASHES: readonly (readonly [string, number])[] = [
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
];

/** Keys as they stand in outboxes for ever: a change here would give a key two lanes. */
const GOLDEN: readonly (readonly [string, number])[] = [
  ['0195c2a4-0000-7000-8000-000000000001:0195c2a4-0000-7000-8000-0000000000aa', 3],
  ['0195c2a4-0000-7000-8000-000000000001:0195c2a4-0000-7000-8000-0000000000ab', 0],
  ['0195c2a4-0000-7000-8000-000000000001:0195c2a4-0000-7000-8000-000000000001', 6],
];

const partitionMetadata = Array.from({ length: PARTITIONS }, (_, partitionId) => ({
  partitionId,
  leader: 1,
  partitionErrorCode: 0,
  replicas: [1],
  isr: [1],
}));

function kafkajsPartitionOf(key: string): number {
  return Partitioners.DefaultPartitioner()({ topic: 't', partitionMetadata, message: { key, value: null } });
}

describe('the partition of a key', () => {
  it.each(HASHES)('of %s comes from the hash that Kafka computes', (key, hash) => {
    expect(partitionOf(key)).toBe((hash & 0x7fffffff) % PARTITIONS);
  });

  it.each(GOLDEN)('of %s never changes', (key, partition) => {
    expect(partitionOf(key)).toBe(partition);
  });

  it('is the one that kafkajs would choose, for any key', () => {
    const keys = fc.oneof(fc.string({ minLength: 1 }), fc.string({ minLength: 1, unit: 'binary' }));
    fc.assert(
      fc.property(keys, (key) => partitionOf(key) === kafkajsPartitionOf(key)),
      { numRuns: 2000, verbose: true },
    );
  });
});
