import { PARTITIONS } from '#libs/contracts';

/**
 * Kafka's own default partitioner for keyed records (murmur2, positive, modulo), pinned here: the partition of a key is
 * also its lane, the number of its writers' lock, so it must be the same in the outbox, in the relay and for ever.
 */
export function partitionOf(key: string): number {
  return partitionOfBytes(Buffer.from(key, 'utf8'));
}

export function partitionOfBytes(key: Buffer): number {
  return (murmur2(key) & 0x7fffffff) % PARTITIONS;
}

const M = 0x5bd1e995;

function murmur2(data: Buffer): number {
  const length = data.length;
  let h = (0x9747b28c ^ length) | 0;
  const whole = length & ~3;
  for (let i = 0; i < whole; i += 4) {
    let k = Math.imul(data.readInt32LE(i), M);
    k = Math.imul(k ^ (k >>> 24), M);
    h = Math.imul(h, M) ^ k;
  }
  const rest = length & 3;
  if (rest === 3) h ^= (data[whole + 2] ?? 0) << 16;
  if (rest >= 2) h ^= (data[whole + 1] ?? 0) << 8;
  if (rest >= 1) h = Math.imul(h ^ (data[whole] ?? 0), M);
  h = Math.imul(h ^ (h >>> 13), M);
  return (h ^ (h >>> 15)) | 0;
}
