import { AsyncLocalStorage } from 'node:async_hooks';

const background = new AsyncLocalStorage<true>();

/** What `work` asks of the database, now or later, makes nobody wait: it is not counted as foreground. */
export function inBackground<T>(work: () => T): T {
  return background.run(true, work);
}

export function isForeground(): boolean {
  return background.getStore() === undefined;
}

interface Kind {
  /** What it takes on average when nothing is in its way. */
  usualMs: number | undefined;
  readonly seen: number[];
}

/** Below this nobody waits for anything: a statement of a fifth of a millisecond may take ten times as long unnoticed. */
const FLOOR_MS = 2;
const KINDS = 300;
const SAMPLES_A_KIND = 200;
const FEW = 10;
/** What a statement may take of which no idle time is known yet, as after a start while a job runs: judged by itself. */
const UNKNOWN_MS = 10;
/** So far a reading that is known to be idle moves what is taken for idle; any other moves it hardly. */
const LEARN_IDLE = 0.05;
const LEARN_BUSY = 0.0005;

/**
 * How much longer foreground statements take than when nothing is in their way. Statements differ a thousandfold, and so
 * does one statement by the size of its set, so each kind is held against its own usual time. How far the slowest
 * twentieth of all then lies above the usual is a matter of the machine and of whoever else is on it; what counts is how
 * much farther that is than in idle times.
 */
export class ForegroundLatency {
  readonly #kinds = new Map<string, Kind>();
  #idle: number | undefined;

  record(statement: string, values: readonly unknown[], ms: number): void {
    const kind = this.#kindOf(`${sizeOf(values)} ${statement}`);
    if (kind !== undefined && kind.seen.length < SAMPLES_A_KIND) kind.seen.push(ms);
  }

  /**
   * Of all statements since the last call, how many times as slow as in idle times the slowest twentieth are at least.
   * @param isIdle nothing was in their way meanwhile that could be in it later
   * @returns undefined when there were too few to say
   */
  read(isIdle: boolean): number | undefined {
    const slowness: number[] = [];
    for (const kind of this.#kinds.values()) {
      if (kind.seen.length === 0) continue;
      const seen = kind.seen.splice(0);
      kind.usualMs = learn(kind.usualMs, mean(seen), isIdle);
      const usualMs = Math.max(FLOOR_MS, kind.usualMs ?? UNKNOWN_MS);
      for (const ms of seen) slowness.push(Math.max(FLOOR_MS, ms) / usualMs);
    }
    if (slowness.length < FEW) return undefined;
    const slowest = slowness.sort((a, b) => a - b)[Math.floor(slowness.length * 0.95)] ?? 1;
    this.#idle = learn(this.#idle, slowest, isIdle);
    return slowest / (this.#idle ?? 1);
  }

  #kindOf(name: string): Kind | undefined {
    const known = this.#kinds.get(name);
    if (known !== undefined || this.#kinds.size >= KINDS) return known;
    const added: Kind = { usualMs: undefined, seen: [] };
    this.#kinds.set(name, added);
    return added;
  }
}

/** The first time comes from an idle reading: what is seen while a job runs may be the harm itself. */
function learn(known: number | undefined, latest: number, isIdle: boolean): number | undefined {
  if (known === undefined) return isIdle ? latest : undefined;
  return known + (isIdle ? LEARN_IDLE : LEARN_BUSY) * (latest - known);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Sets of about the same size are alike. */
function sizeOf(values: readonly unknown[]): number {
  const elements = values.reduce<number>((sum, value) => sum + (Array.isArray(value) ? value.length : 0), 0);
  return Math.ceil(Math.log2(elements + 1));
}
