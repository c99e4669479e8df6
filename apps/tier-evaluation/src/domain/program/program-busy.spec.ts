import { describe, expect, it } from '@jest/globals';
import { day } from '../../../test/creator-history.ts';
import { ProgramBusyError, standsStill, type Busy, type RunningSync } from './program-busy.errors.ts';

const sync: RunningSync = {
  sequence: 7,
  completed: { businessDate: day('2025-03-01'), expected: 4 },
  seen: 3,
  unreadableRecords: 0,
};
const running = (changes: Partial<RunningSync> = {}): Busy => ({ kind: 'sync', sync: { ...sync, ...changes } });

describe('a program that can not change now', () => {
  it.each<[string, Busy, string]>([
    ['sales are coming', running(), 'sync 7 of 2025-03-01 is being applied: sales of 3 of 4 creators are in;'],
    ['its end is not known', running({ completed: null }), 'sync 7 is being applied: sales of 3 creators are in, and'],
    ['reviews are being made', running({ seen: 4 }), 'all sales are in, and the reviews'],
    ['a batch has the program', { kind: 'booking' }, 'sales are being booked'],
    ['somebody is due', { kind: 'reviews', dueBy: day('2025-03-01') }, 'reviews due by 2025-03-01'],
  ])('says why: %s', (_, busy, detail) => {
    const error = new ProgramBusyError(busy);
    expect(error).toMatchObject({ code: 'program.sync_running', headers: { 'Retry-After': '5' } });
    expect(error.message).toContain(detail);
  });

  it('says when the version before is still on its way', () => {
    expect(new ProgramBusyError({ kind: 'publication', version: 3 })).toMatchObject({
      code: 'program.publication_running',
      message: expect.stringContaining('version 3') as unknown,
    });
  });

  it('tells a sync that stands still, why, and who can help', () => {
    const { message, extra } = new ProgramBusyError(running({ unreadableRecords: 2 }), true);
    expect(message).toBe(
      'sync 7 of 2025-03-01 stands still: sales of 1 of 4 creators have not come, and the program cannot change before ' +
        'they have; 2 records of sales could not be read, and an operator must look at the parked records',
    );
    expect(extra).toEqual({
      sync: { sequence: 7, businessDate: '2025-03-01', seen: 3, expected: 4, unreadableRecords: 2 },
    });
    expect(new ProgramBusyError(running(), true).message).toContain('if this goes on');
  });

  it.each<[string, Busy | undefined, Busy, boolean]>([
    ['nothing has come', running(), running(), true],
    ['something has come', running({ seen: 2 }), running(), false],
    ['another sync runs now', running({ sequence: 6 }), running(), false],
    ['all sales are in', running({ seen: 4 }), running({ seen: 4 }), false],
    ['its end is not known', running({ completed: null }), running({ completed: null }), false],
    ['it was not looked at before', undefined, running(), false],
    ['a batch was seen first', { kind: 'booking' }, running(), false],
  ])('stands still or not: %s', (_, first, last, still) => {
    expect(standsStill(first, last)).toBe(still);
  });
});
