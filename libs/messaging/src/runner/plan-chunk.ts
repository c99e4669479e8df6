import type { EventNature } from '#libs/contracts';
import { keyOfDelivery, subjectOf, type Delivery } from './delivery.ts';

/** What the guards of one consumer have answered for a chunk. */
export interface GuardAnswers {
  /**
   * Per subject the version before this chunk, of those that the guard has just moved to the chunk's highest version.
   * A subject that is missing stands at that version or beyond: all its events are stale.
   */
  readonly versionBefore: ReadonlyMap<string, number>;
  /** Ids of facts that the inbox has just claimed. */
  readonly claimed: ReadonlySet<string>;
}

export interface Gap {
  readonly delivery: Delivery;
  readonly versionBefore: number;
}

export interface ChunkPlan {
  /** For the handler, in order. */
  readonly apply: readonly Delivery[];
  /** For the queue of a parked key, in order. */
  readonly setAside: readonly Delivery[];
  /** Keys that must be parked now, with the reason. */
  readonly park: ReadonlyMap<string, string>;
  /** Versions that a consumer of states never saw. */
  readonly gaps: readonly Gap[];
  /** Guards that were moved too far, since a key was parked on the way: subject -> version that is really applied. */
  readonly corrections: ReadonlyMap<string, { readonly delivery: Delivery; readonly version: number }>;
}

/**
 * Decides what happens to each event of a chunk, in order: handled, stale, or set aside behind a parked key. One stale
 * event changes nothing; a difference after a gap parks its key, since it means nothing without its predecessor; a
 * state after a gap is applied, since it says all.
 */
export function planChunk(
  nature: EventNature,
  deliveries: readonly Delivery[],
  parkedKeys: ReadonlySet<string>,
  guards: GuardAnswers,
): ChunkPlan {
  const apply: Delivery[] = [];
  const setAside: Delivery[] = [];
  const gaps: Gap[] = [];
  const park = new Map<string, string>();
  const versions = new Map(guards.versionBefore);
  const claimed = new Set(guards.claimed);
  for (const delivery of deliveries) {
    const key = keyOfDelivery(delivery);
    if (parkedKeys.has(key) || park.has(key)) {
      setAside.push(delivery);
    } else if (nature === 'fact') {
      if (claimed.delete(delivery.event.id)) apply.push(delivery);
    } else {
      const subject = subjectOf(delivery);
      const before = versions.get(subject);
      const { aggregateVersion } = delivery.event;
      if (before === undefined || aggregateVersion <= before) continue;
      if (aggregateVersion > before + 1 && nature === 'difference') {
        park.set(key, `gap: version ${aggregateVersion} of ${delivery.event.subject} after ${before}`);
        setAside.push(delivery);
        continue;
      }
      if (aggregateVersion > before + 1) gaps.push({ delivery, versionBefore: before });
      versions.set(subject, aggregateVersion);
      apply.push(delivery);
    }
  }
  return { apply, setAside, park, gaps, corrections: corrections(deliveries, park, versions) };
}

function corrections(
  deliveries: readonly Delivery[],
  park: ReadonlyMap<string, string>,
  versions: ReadonlyMap<string, number>,
): ChunkPlan['corrections'] {
  const found = new Map<string, { delivery: Delivery; version: number }>();
  if (park.size === 0) return found;
  for (const delivery of deliveries) {
    const version = versions.get(subjectOf(delivery));
    if (version !== undefined && park.has(keyOfDelivery(delivery)))
      found.set(subjectOf(delivery), { delivery, version });
  }
  return found;
}
