import { describe, expect, it } from '@jest/globals';
import { STATEFUL_SERVICES, type StatefulServiceName } from '#libs/contracts';
import { isSettled, type ServiceStatus, type StatusRound } from './settled.ts';

function round(changes: Partial<Record<StatefulServiceName, Partial<ServiceStatus>>> = {}): StatusRound {
  return new Map(
    STATEFUL_SERVICES.map((name) => [
      name,
      {
        name,
        outboxPending: 0,
        oldestUnpublishedSeconds: 0,
        consumers: [{ group: name, topic: 'laurel.tier', lag: 0 }],
        parkedKeys: 0,
        pending: { openSyncs: 0 },
        held: {},
        counter: 41,
        ...changes[name],
      },
    ]),
  );
}

describe('settled', () => {
  it('is a system in which two rounds show the same, and nothing pending', () => {
    expect(isSettled(round(), round())).toBe(true);
  });

  it.each<[string, Partial<ServiceStatus>]>([
    ['an unpublished event', { outboxPending: 1 }],
    ['a lag', { consumers: [{ group: 'g', topic: 'laurel.sync', lag: 1 }] }],
    ['an open sync, a due boost, a running backfill', { pending: { openSyncs: 0, dueBoosts: 1 } }],
  ])('is none with %s in either round', (_, change) => {
    expect(isSettled(round({ redemption: change }), round())).toBe(false);
    expect(isSettled(round(), round({ redemption: change }))).toBe(false);
  });

  it('is none when something has moved between the rounds', () => {
    expect(isSettled(round(), round({ ingestion: { counter: 42 } }))).toBe(false);
  });

  it('is none while a service does not answer', () => {
    const without = new Map(round());
    without.delete('commission-boost');
    expect(isSettled(without, round())).toBe(false);
    expect(isSettled(round(), without)).toBe(false);
    expect(isSettled(new Map(), new Map())).toBe(false);
  });

  it('does not wait for people: held syncs, paused jobs, parked keys', () => {
    const waiting = round({ ingestion: { held: { heldSyncs: 1 }, parkedKeys: 2 } });
    expect(isSettled(waiting, waiting)).toBe(true);
  });
});
