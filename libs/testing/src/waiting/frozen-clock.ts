import type { Clock } from '#libs/kernel';

export interface FrozenClock extends Clock {
  set(iso: string): void;
}

/** A clock that stands still until it is set. */
export function frozenClock(iso: string): FrozenClock {
  let now = instant(iso);
  return {
    now: () => new Date(now),
    set: (next) => {
      now = instant(next);
    },
  };
}

function instant(iso: string): Date {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) throw new RangeError(`not an instant: ${iso}`);
  return date;
}
