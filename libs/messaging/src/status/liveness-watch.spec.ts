import { describe, expect, it } from '@jest/globals';
import { RunnerProgress } from '../runner/runner-progress.ts';
import { LivenessWatch } from './liveness-watch.ts';

const at = (committed: number, end: number) => [{ topic: 't', partition: 0, committed, end, hasCommitted: true }];

function watch() {
  const progress = new RunnerProgress();
  const liveness = new LivenessWatch(progress);
  const start = performance.now();
  return {
    progress,
    judge: (committed: number, end: number, ms: number) => liveness.judge(at(committed, end), start + ms).alive,
  };
}

describe('liveness', () => {
  it('ends when an offset with lag has stood still for more than 45 s', () => {
    const { judge } = watch();
    expect([judge(5, 9, 0), judge(5, 20, 44_900), judge(5, 20, 45_100)]).toEqual([true, true, false]);
  });

  it('goes on with every move of the offset', () => {
    const { judge } = watch();
    expect([judge(5, 9, 0), judge(6, 9, 40_000), judge(6, 9, 80_000), judge(6, 9, 90_000)]).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });

  it('does not count the time in which there was nothing to read', () => {
    const { judge } = watch();
    expect([judge(9, 9, 0), judge(9, 10, 600_000), judge(9, 10, 640_000)]).toEqual([true, true, true]);
  });

  it('excepts a back-off that was declared, and a transaction that was committed', () => {
    const waiting = watch();
    waiting.judge(5, 9, 0);
    waiting.progress.declareBackoff('t/0', 5000);
    expect(waiting.judge(5, 9, 60_000)).toBe(true);
    const working = watch();
    working.judge(5, 9, -60_000);
    working.progress.committed('c', 't/0', { handled: 1, setAside: 0, gaps: 0 });
    expect(working.judge(5, 9, 0)).toBe(true);
  });
});
