import type { ReadRecord } from '../envelope/read-record.ts';
import type { FetchedRecord } from './record-source.ts';

/** A chunk is one transaction a consumer: events enough for sets, few enough to stay within a second or two. */
const MOST_RECORDS = 1000;
/** Each client is a call of the handler with statements of its own. */
const MOST_CLIENTS = 100;

export interface CutChunk {
  readonly records: readonly ReadRecord[];
  readonly lastOffset: string;
}

/** Reads the records, lazily and each once, in chunks that keep their order. */
export function* cutChunks(
  fetched: readonly FetchedRecord[],
  read: (record: FetchedRecord) => ReadRecord,
): Generator<CutChunk> {
  let records: ReadRecord[] = [];
  let clients = new Set<string>();
  let lastOffset = '';
  for (const record of fetched) {
    const known = read(record);
    const client = known.kind === 'event' ? known.event.clientId : undefined;
    const isFull =
      records.length === MOST_RECORDS ||
      (clients.size === MOST_CLIENTS && client !== undefined && !clients.has(client));
    if (isFull) {
      yield { records, lastOffset };
      records = [];
      clients = new Set();
    }
    records.push(known);
    if (client !== undefined) clients.add(client);
    lastOffset = record.offset;
  }
  if (records.length > 0) yield { records, lastOffset };
}
