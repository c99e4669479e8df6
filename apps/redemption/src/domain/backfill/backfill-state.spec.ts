import { describe, expect, it } from '@jest/globals';
import { BACKFILL_CONTROLS, BACKFILL_STATUSES, BACKFILL_STEPS, decideControl, nextStep } from './backfill-state.ts';
import { isBalanced, paceOf, progressOf, smoothPace, type BackfillTotals } from './certificate.ts';

const enabling = { kind: 'enable', enabledReward: true } as const;

describe('controls of a job', () => {
  it('every status and control', () => {
    const found = BACKFILL_STATUSES.map((status) => [
      status,
      ...BACKFILL_CONTROLS.map((control) => {
        const decision = decideControl({ ...enabling, status }, control);
        return decision.kind === 'illegal' ? 'illegal' : decision.steps.join(' ');
      }),
    ]);
    expect(found).toEqual([
      ['planned', 'running paused', '', 'cancelled'],
      ['running', 'paused', '', 'cancelled'],
      ['paused', '', 'running', 'cancelled'],
      ['verifying', 'illegal', 'illegal', 'cancelled'],
      ['done', 'illegal', 'illegal', 'illegal'],
      ['cancelled', 'illegal', 'illegal', ''],
      ['failed', 'illegal', 'illegal', 'illegal'],
    ]);
  });

  it('takes only steps of the table', () => {
    for (const status of BACKFILL_STATUSES)
      for (const control of BACKFILL_CONTROLS) {
        const decision = decideControl({ ...enabling, status }, control);
        const path = decision.kind === 'steps' ? [status, ...decision.steps] : [status];
        path.slice(1).forEach((to, index) => expect(BACKFILL_STEPS[path[index] ?? 'done']).toContain(to));
      }
  });

  it('cancelling disables the reward if the job has enabled it', () => {
    expect(decideControl({ ...enabling, status: 'running' }, 'cancel')).toMatchObject({ disablesReward: true });
    const again = { kind: 'enable', enabledReward: false, status: 'running' } as const;
    expect(decideControl(again, 'cancel')).toMatchObject({ kind: 'steps', disablesReward: false });
    const change = { kind: 'change', enabledReward: true, status: 'running' } as const;
    expect(decideControl(change, 'cancel')).toMatchObject({ kind: 'steps', disablesReward: true });
  });

  it.each(['disable', 'change'] as const)('a %s has taken effect already and is not cancelled', (kind) => {
    expect(decideControl({ kind, enabledReward: false, status: 'running' }, 'cancel').kind).toBe('illegal');
  });
});

describe('what a worker does without a chunk', () => {
  it.each([
    ['planned', { slices: 0, unmet: 0, unverified: 0 }, 'begin'],
    ['running', { slices: 0, unmet: 0, unverified: 0 }, 'begin'],
    ['running', { slices: 3, unmet: 1, unverified: 3 }, 'none'],
    ['running', { slices: 3, unmet: 0, unverified: 3 }, 'verify'],
    ['paused', { slices: 3, unmet: 0, unverified: 3 }, 'none'],
    ['verifying', { slices: 3, unmet: 0, unverified: 1 }, 'verify_slice'],
    ['verifying', { slices: 3, unmet: 0, unverified: 0 }, 'finish'],
    ['done', { slices: 3, unmet: 0, unverified: 0 }, 'none'],
    ['cancelled', { slices: 3, unmet: 2, unverified: 3 }, 'none'],
    ['failed', { slices: 3, unmet: 0, unverified: 0 }, 'none'],
  ] as const)('of a job that is %s with %j: %s', (status, left, step) => {
    expect(nextStep(status, left)).toBe(step);
  });
});

describe('the certificate', () => {
  const totals: BackfillTotals = {
    eligible: 10,
    created: 4,
    broughtBack: 3,
    alreadyOpen: 1,
    excluded: { reward_disabled: 0, right_used_up: 2 },
    hidden: 2,
  };

  it('balances when every creator met is counted once', () => {
    expect(isBalanced(totals)).toBe(true);
    expect(isBalanced({ ...totals, created: 5 })).toBe(false);
  });

  it.each([
    [{ met: 0, expected: 100, rowsPerSecond: 0, isDone: false }, [0, null, null]],
    [{ met: 25, expected: 100, rowsPerSecond: 30, isDone: false }, [25, 30, 3]],
    [{ met: 999, expected: 1_000, rowsPerSecond: 30, isDone: false }, [99.9, 30, 1]],
    [{ met: 120, expected: 100, rowsPerSecond: 120, isDone: false }, [99.9, 120, 0]],
    [{ met: 100, expected: 100, rowsPerSecond: 50, isDone: true }, [100, 50, null]],
    [{ met: 0, expected: 0, rowsPerSecond: 0, isDone: true }, [100, null, null]],
  ])('of %j, percent, pace and seconds left are %j', (pace, [percent, rowsPerSecond, etaSeconds]) => {
    expect(progressOf(pace)).toEqual({ percent, rowsPerSecond, etaSeconds });
  });

  it('paces by the time that passed, and smooths it', () => {
    expect(paceOf(500, 2_000)).toBe(250);
    expect(paceOf(500, 0)).toBe(0);
    expect(smoothPace(0, 100)).toBe(100);
    expect(smoothPace(100, 200)).toBe(130);
  });
});
