import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { Feed } from './feed.ts';

const NEVER = () => false;
const LONG_MS = 60_000;

async function* numbers(count: number): AsyncGenerator<number> {
  for (let number = 1; number <= count; number += 1) yield await Promise.resolve(number);
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe('a feed', () => {
  it('is taken in slices, each up to the item that fills it', async () => {
    const feed = new Feed(numbers(5));
    expect(await all(feed.slice(LONG_MS, (item) => item % 2 === 0))).toEqual([1, 2]);
    expect(await feed.hasMore()).toBe(true);
    expect(await all(feed.slice(LONG_MS, NEVER))).toEqual([3, 4, 5]);
    expect(await feed.hasMore()).toBe(false);
  });

  it('ends a slice when the next item is late, and has it in the next', async () => {
    let send: (item: string) => void = NEVER;
    const late = new Promise<string>((resolve) => (send = resolve));
    const feed = new Feed(
      (async function* () {
        yield 'early';
        yield await late;
      })(),
    );
    expect(await all(feed.slice(20, NEVER))).toEqual(['early']);
    expect(await all(feed.slice(0, NEVER))).toEqual([]);
    send('late');
    expect(await all(feed.slice(LONG_MS, NEVER))).toEqual(['late']);
  });

  it('tells an error that came while nobody waited', async () => {
    const feed = new Feed(
      (async function* () {
        yield await Promise.resolve(1);
        throw new Error('broken off');
      })(),
    );
    expect(await all(feed.slice(LONG_MS, () => true))).toEqual([1]);
    await expect(feed.hasMore()).rejects.toThrow('broken off');
  });

  it('lets go of what it has handed out while its slice goes on', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const handedOut: WeakRef<object>[] = [];
    const feed = new Feed(
      (async function* () {
        for (let item = 0; item < 10; item += 1) yield await Promise.resolve({ item });
      })(),
    );
    for await (const item of feed.slice(LONG_MS, NEVER)) {
      handedOut.push(new WeakRef(item));
      // A WeakRef holds its target until the turn that made it has ended.
      await new Promise((resolve) => setImmediate(resolve));
      collectGarbage();
    }
    expect(handedOut.slice(0, -1).filter((reference) => reference.deref() !== undefined).length).toBeLessThan(4);
  });
});
