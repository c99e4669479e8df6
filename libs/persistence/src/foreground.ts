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
  /** What it takes when nothing is in its way. */
  idleMs: number | undefined;
  readonly seen: number[];
}

/** Below this nobody waits for anything: a statement of a fifth of a millisecond may take ten times as long unnoticed. */
const FLOOR_MS = 2;
const KINDS = 300;
const SAMPLES_A_KIND = 200;
/** Towards what is quicker at once, towards what is slower a twentieth of a percent a reading. */
const FASTER = 0.5;
const SLOWER = 1.0005;

/**
 * How much longer foreground statements take than when nothing is in their way. Statements differ a thousandfold, and so
 * does one statement by the size of its set; each kind is held against its own idle time, learned from its quickest.
 */
export class ForegroundLatency {
  readonly #kinds = new Map<string, Kind>();

  record(statement: string, values: readonly unknown[], ms: number): void {
    const kind = this.#kindOf(`${sizeOf(values)} ${statement}`);
    if (kind !== undefined && kind.seen.length < SAMPLES_A_KIND) kind.seen.push(ms);
  }

  /**
   * Of all statements since the last call, how many times its idle time the slowest twentieth took at least.
   * @returns undefined when there were too few to say
   */
  read(): number | undefined {
    const factors: number[] = [];
    for (const kind of this.#kinds.values()) {
      if (kind.seen.length === 0) continue;
      const seen = kind.seen.splice(0).sort((a, b) => a - b);
      kind.idleMs = learn(kind.idleMs, quantile(seen, 0.2));
      const idleMs = Math.max(FLOOR_MS, kind.idleMs);
      for (const ms of seen) factors.push(ms / idleMs);
    }
    if (factors.length < 10) return undefined;
    return quantile(
      factors.sort((a, b) => a - b),
      0.95,
    );
  }

  #kindOf(name: string): Kind | undefined {
    const known = this.#kinds.get(name);
    if (known !== undefined || this.#kinds.size >= KINDS) return known;
    const added: Kind = { idleMs: undefined, seen: [] };
    this.#kinds.set(name, added);
    return added;
  }
}

function learn(idleMs: number | undefined, quickMs: number): number {
  if (idleMs === undefined) return quickMs;
  return quickMs < idleMs ? idleMs + FASTER * (quickMs - idleMs) : Math.min(quickMs, idleMs * SLOWER);
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** Sets of about the same size are alike. */
function sizeOf(values: readonly unknown[]): number {
  const elements = values.reduce<number>((sum, value) => sum + (Array.isArray(value) ? value.length : 0), 0);
  return Math.ceil(Math.log2(elements + 1));
}
