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

  /** Items until `isFull` says so, or until `forMs` have passed and the next one is not there. */
  async *slice(forMs: number, isFull: (item: Item) => boolean): AsyncGenerator<Item> {
    let timer: NodeJS.Timeout | undefined;
    const over = new Promise<'late'>((resolve) => {
      timer = setTimeout(resolve, forMs, 'late');
    });
    try {
      for (;;) {
        const next = await Promise.race([this.#peek(), over]);
        if (next === 'late' || next.done === true) return;
        this.#next = undefined;
        yield next.value;
        if (isFull(next.value)) return;
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** Gives the source up. It may be in the middle of something that never ends, so this does not wait for it. */
  close(): void {
    void this.#source.return?.();
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
