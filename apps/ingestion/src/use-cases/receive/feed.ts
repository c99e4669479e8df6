type Outcome<Item> = { readonly result: IteratorResult<Item> } | { readonly error: unknown };

/** A source that is taken in slices: what has been asked for and is late stays asked for, for the next slice. */
export class Feed<Item> {
  readonly #source: AsyncIterator<Item>;
  /** Never rejects, so that an error may come while nobody waits for it. */
  #next: Promise<Outcome<Item>> | undefined;

  constructor(source: AsyncIterable<Item>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Waits, without taking anything, until there is an item or the end. @returns false at the end */
  async hasMore(): Promise<boolean> {
    return (await this.#peek()).done !== true;
  }

  /** Items until `isFull` says so, or until `forMs` have passed. */
  async *slice(forMs: number, isFull: (item: Item) => boolean): AsyncGenerator<Item> {
    const deadline = new Deadline(forMs);
    try {
      for (;;) {
        const next = await this.#peekUntil(deadline);
        if (next === 'late' || next.done === true) return;
        this.#next = undefined;
        yield next.value;
        if (isFull(next.value)) return;
      }
    } finally {
      deadline.clear();
    }
  }

  /** Gives the source up. It may be in the middle of something that never ends, so this does not wait for it. */
  close(): void {
    void this.#source.return?.();
  }

  /** A race with one promise for the whole slice would keep what every item of it was won with: the file, in memory. */
  #peekUntil(deadline: Deadline): Promise<IteratorResult<Item> | 'late'> {
    return new Promise((resolve, reject) => {
      deadline.whenLate(() => resolve('late'));
      this.#peek().then(resolve, reject);
    });
  }

  async #peek(): Promise<IteratorResult<Item>> {
    this.#next ??= this.#source.next().then(
      (result) => ({ result }),
      (error: unknown) => ({ error }),
    );
    const outcome = await this.#next;
    if ('error' in outcome) throw outcome.error;
    return outcome.result;
  }
}

/** A moment that one at a time waits for. */
class Deadline {
  readonly #timer: NodeJS.Timeout;
  #isLate = false;
  #waiting: (() => void) | undefined;

  constructor(ms: number) {
    this.#timer = setTimeout(() => {
      this.#isLate = true;
      this.#waiting?.();
    }, ms);
  }

  /** Takes the place of whoever has waited before. */
  whenLate(call: () => void): void {
    this.#waiting = call;
    if (this.#isLate) call();
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}
