import { describe, expect, it } from '@jest/globals';
import { WorkerTime } from './worker-time.ts';

describe('the time of workers', () => {
  it('is a share of all of theirs', () => {
    const time = new WorkerTime(2, 0);
    time.beginTurn(100);
    time.endTurn(500);
    expect(time.take(1_000)).toEqual({ share: 0.2, onlyRested: false });
    expect(time.take(2_000)).toEqual({ share: 0, onlyRested: false });
  });

  it('counts a turn that has not ended', () => {
    const time = new WorkerTime(1, 0);
    time.beginTurn(500);
    expect(time.take(1_000).share).toBe(0.5);
    expect(time.take(2_000).share).toBe(1);
    time.endTurn(2_250);
    expect(time.take(3_000).share).toBe(0.25);
  });

  it('tells when there was nothing but rest', () => {
    const time = new WorkerTime(2, 0);
    time.beginTurn(0);
    time.endTurn(100);
    time.beginRest();
    expect(time.take(1_000).onlyRested).toBe(false);
    expect(time.take(2_000).onlyRested).toBe(true);
    time.endRest();
    expect(time.take(3_000).onlyRested).toBe(true);
    expect(time.take(4_000).onlyRested).toBe(false);
  });
});
