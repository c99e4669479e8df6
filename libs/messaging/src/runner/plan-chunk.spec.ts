import type { EventNature } from '#libs/contracts';
import { describe, expect, it } from '@jest/globals';
import type { Delivery } from './delivery.ts';
import { planChunk } from './plan-chunk.ts';

const CLIENT = '0195c2a4-0000-7000-8000-000000000001';

function delivery(aggregateId: string, version: number, subject = aggregateId): Delivery {
  const id = `${aggregateId}/${subject}/${version}`;
  const event = {
    id,
    clientId: CLIENT,
    aggregateId,
    subject,
    aggregateVersion: version,
    time: '2025-01-01T00:00:00Z',
    traceparent: undefined,
    data: {},
  };
  return { event, topic: 'laurel.test', partition: 0, offset: '0', value: () => '' };
}

function plan(
  nature: EventNature,
  deliveries: Delivery[],
  given: { before?: Record<string, number>; parked?: string[]; claimed?: string[] },
) {
  const versionBefore = new Map(
    Object.entries(given.before ?? {}).map(([subject, version]) => [`${CLIENT}:${subject}`, version]),
  );
  const parked = new Set((given.parked ?? []).map((key) => `${CLIENT}:${key}`));
  const made = planChunk(nature, deliveries, parked, { versionBefore, claimed: new Set(given.claimed) });
  const ids = (all: readonly Delivery[]) => all.map(({ event }) => event.id);
  return {
    apply: ids(made.apply),
    setAside: ids(made.setAside),
    park: [...made.park.values()],
    gaps: made.gaps.map((gap) => [gap.versionBefore, gap.delivery.event.aggregateVersion]),
    corrections: Object.fromEntries(
      [...made.corrections].map(([subject, { version }]) => [subject.split(':')[1], version]),
    ),
  };
}

describe('the plan of a chunk', () => {
  it('applies the next versions in order and passes over stale ones', () => {
    const made = plan('difference', [delivery('a', 2), delivery('a', 3), delivery('a', 3), delivery('a', 4)], {
      before: { a: 2 },
    });
    expect(made).toEqual({ apply: ['a/a/3', 'a/a/4'], setAside: [], park: [], gaps: [], corrections: {} });
  });

  it('passes over every event of a subject whose guard stands at its last version or beyond', () => {
    expect(plan('state', [delivery('a', 1), delivery('a', 2)], { before: {} }).apply).toEqual([]);
  });

  it('parks the key of a difference after a gap, sets the rest of the key aside, and puts the guards back', () => {
    const made = plan(
      'difference',
      [delivery('a', 1), delivery('a', 3), delivery('b', 1), delivery('a', 4), delivery('a', 1, 's')],
      {
        before: { a: 0, b: 0, s: 0 },
      },
    );
    expect(made.apply).toEqual(['a/a/1', 'b/b/1']);
    expect(made.setAside).toEqual(['a/a/3', 'a/a/4', 'a/s/1']);
    expect(made.park).toEqual(['gap: version 3 of a after 1']);
    expect(made.corrections).toEqual({ a: 1, s: 0 });
  });

  it('applies a state after a gap and tells the gap', () => {
    const made = plan('state', [delivery('a', 4), delivery('a', 5)], { before: { a: 1 } });
    expect(made).toMatchObject({ apply: ['a/a/4', 'a/a/5'], gaps: [[1, 4]], park: [] });
  });

  it('sets everything of a parked key aside, whatever its version', () => {
    const made = plan('state', [delivery('a', 1), delivery('b', 1), delivery('a', 7)], {
      before: { b: 0 },
      parked: ['a'],
    });
    expect(made).toMatchObject({ apply: ['b/b/1'], setAside: ['a/a/1', 'a/a/7'], gaps: [], corrections: {} });
  });

  it('hands over a fact once, also when it comes twice in one chunk', () => {
    const made = plan('fact', [delivery('a', 1), delivery('a', 1), delivery('b', 1)], { claimed: ['a/a/1'] });
    expect(made.apply).toEqual(['a/a/1']);
  });
});
