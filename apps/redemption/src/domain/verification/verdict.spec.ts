import { describe, expect, it } from '@jest/globals';
import { CHECKS, EXAMPLES, Verdict, type Fault } from './verdict.ts';

const fault = (found: string): Fault => ({
  rewardId: null,
  creatorId: null,
  redemptionId: null,
  expected: 'open',
  found,
});

describe('a verdict', () => {
  it('answers every check, also when nothing was found', () => {
    const verdict = new Verdict();
    expect(verdict.findings().map(({ check, faults }) => [check, faults])).toEqual(CHECKS.map((check) => [check, 0]));
    expect(verdict.faults).toBe(0);
  });

  it('counts every fault and keeps the first examples', () => {
    const verdict = new Verdict();
    verdict.add([{ check: 'quota', faults: 4, examples: ['1', '2', '3', '4'].map(fault) }]);
    verdict.add([
      { check: 'quota', faults: 100, examples: ['5', '6', '7'].map(fault) },
      { check: 'counts', faults: 1, examples: [fault('8')] },
    ]);
    const [quota] = verdict.findings().filter(({ check }) => check === 'quota');
    expect(quota?.faults).toBe(104);
    expect(quota?.examples.map(({ found }) => found)).toEqual(['1', '2', '3', '4', '5'].slice(0, EXAMPLES));
    expect(verdict.faults).toBe(105);
  });
});
