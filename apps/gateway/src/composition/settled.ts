import { STATEFUL_SERVICES, type StatefulServiceName } from '#libs/contracts';

/** What a service says of itself at `GET /ops/status`. */
export interface ServiceStatus {
  readonly name: StatefulServiceName;
  readonly outboxPending: number;
  readonly oldestUnpublishedSeconds: number;
  readonly consumers: readonly { readonly group: string; readonly topic: string; readonly lag: number }[];
  readonly parkedKeys: number;
  /** What will still happen by itself, by kind of work. */
  readonly pending: Readonly<Record<string, number>>;
  /** What waits for a person: it is told and does not count. */
  readonly held: Readonly<Record<string, number>>;
  /** Grows with every event published and every offset committed. */
  readonly counter: number;
}

/** One look at every service; one that did not answer is not in it. */
export type StatusRound = ReadonlyMap<StatefulServiceName, ServiceStatus>;

/**
 * Whether everything that was asked for has happened. One round is not enough: an event may leave a service after it was
 * looked at and reach another before that one is, and no round would show it. Between two rounds with equal counters
 * nothing has moved.
 */
export function isSettled(first: StatusRound, second: StatusRound): boolean {
  return STATEFUL_SERVICES.every((name) => {
    const before = first.get(name);
    const after = second.get(name);
    if (before === undefined || after === undefined) return false;
    return before.counter === after.counter && isIdle(before) && isIdle(after);
  });
}

function isIdle(status: ServiceStatus): boolean {
  return (
    status.outboxPending === 0 &&
    status.consumers.every(({ lag }) => lag === 0) &&
    Object.values(status.pending).every((count) => count === 0)
  );
}
