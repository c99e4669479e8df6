import type { OutboxRow } from './shard-leader.ts';

/** The broker refuses a batch of more than 1 MiB, and never takes it later: what is sent at once stays well below. */
export const REQUEST_BYTES = 768 * 1024;

/** Cuts a page, in order, into what is sent at once. A row that is larger by itself goes alone. */
export function cutPage(rows: readonly OutboxRow[], limitBytes = REQUEST_BYTES): OutboxRow[][] {
  const parts: OutboxRow[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    const size = Buffer.byteLength(row.value) + Buffer.byteLength(row.key);
    if (bytes + size > limitBytes) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)?.push(row);
    bytes += size;
  }
  return parts;
}
