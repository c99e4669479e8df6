import { describe, expect, it } from '@jest/globals';
import { aProgram, day } from '../../../test/creator-history.ts';
import { followingWindow, openWindow, type Window } from './window.ts';

function duesFrom(anchor: string, months: number, count: number): (string | null)[] {
  const dues: (string | null)[] = [];
  let window: Window = openWindow(day(anchor), 2, aProgram({ checkpointMonths: months }));
  for (let k = 0; k < count; k += 1) {
    dues.push(window.due);
    window = followingWindow(window as Window & { due: NonNullable<Window['due']> }, months);
  }
  return dues;
}

describe('month arithmetic is anchored', () => {
  it('2025-10-31 + 4 = 2026-02-28, and + 8 = 2026-06-30', () => {
    expect(duesFrom('2025-10-31', 4, 3)).toEqual(['2026-02-28', '2026-06-30', '2026-10-31']);
  });

  it('comes back to the 31st after a short month', () => {
    expect(duesFrom('2026-01-31', 1, 4)).toEqual(['2026-02-28', '2026-03-31', '2026-04-30', '2026-05-31']);
  });

  it('knows the leap day', () => {
    expect(duesFrom('2023-11-30', 3, 2)).toEqual(['2024-02-29', '2024-05-30']);
    expect(duesFrom('2024-02-29', 12, 4)).toEqual(['2025-02-28', '2026-02-28', '2027-02-28', '2028-02-29']);
  });

  it('begins anew at the due date with the new months of a program', () => {
    const window = openWindow(day('2025-10-31'), 2, aProgram()) as Window & { due: NonNullable<Window['due']> };
    expect(followingWindow(window, 1)).toEqual({
      start: '2026-02-28',
      due: '2026-03-28',
      anchor: '2026-02-28',
      number: 1,
      months: 1,
    });
  });

  it('has no due date in the entry tier, nor in lifetime mode', () => {
    expect(openWindow(day('2025-10-31'), 1, aProgram()).due).toBeNull();
    expect(openWindow(day('2025-10-31'), 3, aProgram({ mode: 'lifetime' })).due).toBeNull();
  });
});
