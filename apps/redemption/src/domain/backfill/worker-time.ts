/** What a process has to say of its workers since it was asked last. */
export interface WorkedTime {
  /** Of its time a worker has worked so much, on average over all of them. */
  readonly share: number;
  /** Nobody worked, and somebody rested from it: what was measured meanwhile does not tell how much work does harm. */
  readonly onlyRested: boolean;
}

/** How much of their time the workers of a process work. A turn counts from its beginning, however long it takes. */
export class WorkerTime {
  readonly #workers: number;
  #askedAt: number;
  #countedAt: number;
  #working = 0;
  #resting = 0;
  #workedMs = 0;
  #hasRested = false;

  /** @param nowMs of the clock that all calls go by */
  constructor(workers: number, nowMs: number) {
    this.#workers = workers;
    this.#askedAt = nowMs;
    this.#countedAt = nowMs;
  }

  beginTurn(nowMs: number): void {
    this.#count(nowMs);
    this.#working += 1;
  }

  endTurn(nowMs: number): void {
    this.#count(nowMs);
    this.#working -= 1;
  }

  beginRest(): void {
    this.#resting += 1;
    this.#hasRested = true;
  }

  endRest(): void {
    this.#resting -= 1;
  }

  take(nowMs: number): WorkedTime {
    this.#count(nowMs);
    const lastedMs = Math.max(1, nowMs - this.#askedAt);
    const share = Math.min(1, this.#workedMs / lastedMs / this.#workers);
    const onlyRested = share === 0 && this.#hasRested;
    this.#askedAt = nowMs;
    this.#workedMs = 0;
    this.#hasRested = this.#resting > 0;
    return { share, onlyRested };
  }

  #count(nowMs: number): void {
    this.#workedMs += this.#working * (nowMs - this.#countedAt);
    this.#countedAt = nowMs;
  }
}
