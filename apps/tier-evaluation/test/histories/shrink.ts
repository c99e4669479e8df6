import type { ClientHistory, HistorySync, Share } from './client-history.ts';

const NOTHING: Share = { brought: undefined, adjustment: undefined, parkedFor: 0 };

/**
 * Leaves out of a creator's history whatever it fails without, until nothing more can go or the trials are used up.
 * @param fails whether the history still shows the difference
 */
export async function shrink(
  history: ClientHistory,
  fails: (smaller: ClientHistory) => boolean | Promise<boolean>,
  trials: number,
): Promise<ClientHistory> {
  let smallest = history;
  let left = trials;
  for (let shrunk = true; shrunk;) {
    shrunk = false;
    for (const smaller of smallerOnes(smallest)) {
      if (left-- <= 0) return smallest;
      if (!(await fails(smaller))) continue;
      smallest = smaller;
      shrunk = true;
      break;
    }
  }
  return smallest;
}

/** The boldest first: the end, then stretches of syncs, then single syncs, then parts of what a sync brings. */
function* smallerOnes(history: ClientHistory): Generator<ClientHistory> {
  const count = history.syncs.length;
  for (let length = Math.floor(count / 2); length >= 1; length = Math.floor(length / 2)) {
    for (let end = count; end >= length; end -= length) yield without(history, end - length, end);
  }
  for (let index = 0; index < count; index += 1) {
    const sync = history.syncs[index] as HistorySync;
    const share = history.creators[0]?.[index] ?? NOTHING;
    if (sync.joined || sync.late || sync.adjustedFirst)
      yield replaced(history, index, { sync: { ...sync, joined: false, late: false, adjustedFirst: false } });
    if (share.adjustment) yield replaced(history, index, { share: { ...share, adjustment: undefined } });
    if (share.parkedFor > 0) yield replaced(history, index, { share: { ...share, parkedFor: 0 } });
    for (const brought of share.brought ?? [])
      yield replaced(history, index, { share: { ...share, brought: share.brought?.filter((one) => one !== brought) } });
    if (share.brought) yield replaced(history, index, { share: { ...share, brought: undefined } });
  }
}

function without(history: ClientHistory, from: number, to: number): ClientHistory {
  const cut = <T>(list: readonly T[]): T[] => [...list.slice(0, from), ...list.slice(to)];
  return { ...history, syncs: cut(history.syncs), creators: history.creators.map(cut) };
}

function replaced(history: ClientHistory, at: number, by: { sync?: HistorySync; share?: Share }): ClientHistory {
  const { sync, share } = by;
  return {
    ...history,
    syncs: sync ? history.syncs.with(at, sync) : history.syncs,
    creators: share ? history.creators.map((life) => life.with(at, share)) : history.creators,
  };
}
