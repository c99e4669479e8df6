import { describe, expect, it } from '@jest/globals';
import { BACKFILL_CONTROLS, BACKFILL_STATUSES, BACKFILL_STEPS, decideControl } from './backfill-state.ts';
import { isBalanced, paceOf, type BackfillTotals } from './certificate.ts';

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

  it('tells pace and remaining time', () => {
    expect(paceOf(0, 100, 1_000)).toEqual({ rowsPerSecond: null, etaSeconds: null });
    expect(paceOf(25, 100, 1_000)).toEqual({ rowsPerSecond: 25, etaSeconds: 3 });
    expect(paceOf(120, 100, 1_000)).toEqual({ rowsPerSecond: 120, etaSeconds: 0 });
  });
});
