import { Injectable } from '@nestjs/common';

/** What the consumers of this process have done, for metrics and for liveness. Counted since the process began. */
@Injectable()
export class RunnerProgress {
  readonly handled = new Map<string, number>();
  readonly setAside = new Map<string, number>();
  /** Event types that no known version matches: a newer publisher. */
  readonly unknown = new Map<string, number>();
  unreadable = 0;
  retries = 0;
  readonly gaps = new Map<string, number>();
  readonly #movedAt = new Map<string, number>();
  readonly #waitingUntil = new Map<string, number>();

  /** A transaction of a consumer is committed: perhaps not an offset yet, but work that stays done. */
  committed(consumer: string, place: string, done: { handled: number; setAside: number; gaps: number }): void {
    add(this.handled, consumer, done.handled);
    add(this.setAside, consumer, done.setAside);
    add(this.gaps, consumer, done.gaps);
    this.#movedAt.set(place, performance.now());
  }

  acknowledged(place: string): void {
    this.#movedAt.set(place, performance.now());
    this.#waitingUntil.delete(place);
  }

  /** The partition waits by intent, for the database or the broker or because a handler asked for it. */
  declareBackoff(place: string, ms: number): void {
    this.#waitingUntil.set(place, performance.now() + ms);
  }

  passedOver(type: string): void {
    add(this.unknown, type, 1);
  }

  /** When anything last moved at the place, in `performance.now()` terms; 0 when nothing has. */
  movedAt(place: string): number {
    return this.#movedAt.get(place) ?? 0;
  }

  /** Also for a moment after the wait, in which the next attempt is made. */
  isInDeclaredBackoff(place: string): boolean {
    const until = this.#waitingUntil.get(place);
    return until !== undefined && performance.now() < until + 15_000;
  }
}

export function placeOf(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}

function add(counts: Map<string, number>, label: string, by: number): void {
  if (by > 0) counts.set(label, (counts.get(label) ?? 0) + by);
}
