import { describe, expect, it } from '@jest/globals';
import { FairTurns } from './fair-turns.ts';

function turns(fair: FairTurns, jobs: readonly string[], count: number, costMs: (job: string) => number): string[] {
  return Array.from({ length: count }, () => {
    const [job = ''] = fair.order(jobs);
    fair.take(job, costMs(job));
    return job;
  });
}

describe('the turns of jobs', () => {
  it('come round', () => {
    expect(turns(new FairTurns(), ['a', 'b', 'c'], 6, () => 10)).toEqual(['a', 'b', 'c', 'a', 'b', 'c']);
  });

  it('are fair in time, not in number', () => {
    const served = turns(new FairTurns(), ['slow', 'quick'], 40, (job) => (job === 'slow' ? 30 : 10));
    expect(served.filter((job) => job === 'quick')).toHaveLength(30);
  });

  it('neither starve a job that joins late nor those that were there', () => {
    const fair = new FairTurns();
    turns(fair, ['big'], 1_000, () => 10);
    expect(turns(fair, ['big', 'small'], 4, () => 10).filter((job) => job === 'small')).toHaveLength(2);
  });
});
