import { describe, expect, it } from '@jest/globals';
import { ForegroundLatency, inBackground, isForeground } from './foreground.ts';

function times(latency: ForegroundLatency, count: number, ms: number, values: readonly unknown[] = []): void {
  for (let n = 0; n < count; n += 1) latency.record('SELECT', values, ms);
}

describe('the latency of foreground statements', () => {
  it('is told against what the same statement takes when nothing is in its way', () => {
    const latency = new ForegroundLatency();
    times(latency, 20, 4);
    expect(latency.read()).toBe(1);
    times(latency, 20, 12);
    expect(latency.read()).toBeCloseTo(3, 1);
  });

  it('does not take a harm that goes on for the idle time', () => {
    const latency = new ForegroundLatency();
    times(latency, 20, 4);
    latency.read();
    for (let second = 0; second < 120; second += 1) {
      times(latency, 20, 12);
      expect(latency.read()).toBeGreaterThan(2.7);
    }
  });

  it('learns at once that a statement is quicker than was thought', () => {
    const latency = new ForegroundLatency();
    times(latency, 20, 12);
    latency.read();
    for (let second = 0; second < 4; second += 1) {
      times(latency, 20, 4);
      latency.read();
    }
    times(latency, 20, 12);
    expect(latency.read()).toBeGreaterThan(2.5);
  });

  it('knows a large set from a small one', () => {
    const latency = new ForegroundLatency();
    times(latency, 20, 4, [['one']]);
    times(latency, 20, 40, [Array(1_000).fill('many')]);
    expect(latency.read()).toBe(1);
  });

  it('hears nothing in what nobody can notice, and says nothing of a few', () => {
    const latency = new ForegroundLatency();
    times(latency, 20, 0.1);
    latency.read();
    times(latency, 20, 2);
    expect(latency.read()).toBe(1);
    times(latency, 9, 100);
    expect(latency.read()).toBeUndefined();
  });

  it('leaves out what runs in the background, whatever it waits for', async () => {
    expect(isForeground()).toBe(true);
    await inBackground(async () => {
      await Promise.resolve();
      expect(isForeground()).toBe(false);
    });
  });
});
