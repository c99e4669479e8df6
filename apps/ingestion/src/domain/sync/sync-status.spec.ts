import { describe, expect, it } from '@jest/globals';
import { mayBecome, OPEN_STATUSES, statusesBefore, SYNC_STATUSES } from './sync-status.ts';

describe('the status of a sync', () => {
  it('is one of nine', () => {
    expect([...SYNC_STATUSES].sort()).toEqual(
      ['applied', 'booking', 'discarded', 'dry_run', 'failed', 'held', 'published', 'receiving', 'staged'].sort(),
    );
  });

  it('never goes back', () => {
    const path = ['receiving', 'staged', 'held', 'booking', 'published', 'applied'] as const;
    path.forEach((later, index) =>
      path.slice(0, index).forEach((earlier) => expect(mayBecome(later, earlier)).toBe(false)),
    );
  });

  it('is never failed, discarded or dry once booking has begun: nothing is left half booked', () => {
    for (const end of ['failed', 'discarded', 'dry_run'] as const) {
      for (const from of ['booking', 'published', 'applied'] as const) expect(mayBecome(from, end)).toBe(false);
    }
  });

  it('is approved or discarded out of held alone', () => {
    expect(statusesBefore('discarded')).toEqual(['held']);
    expect(statusesBefore('booking')).toEqual(['staged', 'held']);
  });

  it('keeps the next upload waiting until it is published', () => {
    expect(OPEN_STATUSES).not.toContain('published');
  });
});
