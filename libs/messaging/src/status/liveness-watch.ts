import { placeOf, type RunnerProgress } from '../runner/runner-progress.ts';
import type { PartitionOffsets } from './kafka-offsets.ts';
import type { Liveness } from './messaging-status.ts';

const STUCK_AFTER_MS = 45_000;

/**
 * Liveness by progress: a partition of this process that has something to read, whose offset has not moved and whose
 * consumers have committed nothing for 45 s, and that does not wait by intent, is stuck.
 */
export class LivenessWatch {
  readonly #progress: RunnerProgress;
  readonly #behindSince = new Map<string, { readonly committed: number; readonly since: number }>();

  constructor(progress: RunnerProgress) {
    this.#progress = progress;
  }

  /** @param now in `performance.now()` terms */
  judge(own: readonly PartitionOffsets[], now: number): Liveness {
    for (const { topic, partition, committed, end } of own) {
      const place = placeOf(topic, partition);
      const known = this.#behindSince.get(place);
      if (committed >= end) {
        this.#behindSince.delete(place);
      } else if (known === undefined || known.committed !== committed) {
        this.#behindSince.set(place, { committed, since: now });
      } else if (
        now - Math.max(known.since, this.#progress.movedAt(place)) > STUCK_AFTER_MS &&
        !this.#progress.isInDeclaredBackoff(place)
      ) {
        return {
          alive: false,
          detail: `${place} stands at offset ${committed} of ${end} since ${Math.round((now - known.since) / 1000)} s`,
        };
      }
    }
    return { alive: true, detail: 'consumers make progress' };
  }
}
