import { describe, expect, it } from '@jest/globals';
import { ForegroundLatency, inBackground, isForeground } from './foreground.ts';

function times(latency: ForegroundLatency, count: number, ms: number, values: readonly unknown[] = []): void {
  for (let n = 0; n < count; n += 1) latency.record('SELECT', values, ms);
}

const IDLE = true;
const BUSY = false;

describe('the latency of foreground statements', () => {
  it('is told against what the same statement takes in idle times', () => {
    const latency = new ForegroundLatency();
    times(latency, 20, 4);
    expect(latency.read(IDLE)).toBe(1);
    times(latency, 20, 12);
    expect(latency.read(BUSY)).toBeCloseTo(3, 1);
  });

  it('does not take a harm that goes on for the idle time', () => {
    const latency = new ForegroundLatency();
    times(latency, 20, 4);
    latency.read(IDLE);
    for (let second = 0; second < 120; second += 1) {
      times(latency, 20, 12);
      expect(latency.read(BUSY)).toBeGreaterThan(2.4);
    }
  });

  it('of which no idle time is known is judged by itself, and not taken for the idle time', () => {
    const latency = new ForegroundLatency();
    for (let second = 0; second < 60; second += 1) {
      times(latency, 20, 40);
      expect(latency.read(BUSY)).toBe(4);
    }
    times(latency, 20, 5);
    expect(latency.read(IDLE)).toBe(1);
    times(latency, 20, 40);
    expect(latency.read(BUSY)).toBeCloseTo(8, 0);
  });

  it('learns in idle times that the machine is slow by itself', () => {
    const latency = new ForegroundLatency();
    times(latency, 20, 4);
    latency.read(IDLE);
    for (let second = 0; second < 60; second += 1) {
      times(latency, 20, 12);
      latency.read(IDLE);
    }
    times(latency, 20, 12);
    expect(latency.read(BUSY)).toBeLessThan(1.2);
  });

  it('does not count what was always uneven', () => {
    const latency = new ForegroundLatency();
    const uneven = () => {
      times(latency, 18, 3);
      times(latency, 2, 30);
    };
    uneven();
    latency.read(IDLE);
    uneven();
    expect(latency.read(BUSY)).toBeCloseTo(1, 2);
  });

  it('knows a large set from a small one', () => {
    const latency = new ForegroundLatency();
    times(latency, 20, 4, [['one']]);
    times(latency, 20, 40, [Array(1_000).fill('many')]);
    expect(latency.read(IDLE)).toBe(1);
  });

  it('hears nothing in what nobody can notice, and says nothing of a few', () => {
    const latency = new ForegroundLatency();
    times(latency, 20, 0.1);
    latency.read(IDLE);
    times(latency, 20, 2);
    expect(latency.read(BUSY)).toBe(1);
    times(latency, 9, 100);
    expect(latency.read(BUSY)).toBeUndefined();
  });

  it('leaves out what runs in the background, whatever it waits for', async () => {
    expect(isForeground()).toBe(true);
    await inBackground(async () => {
      await Promise.resolve();
      expect(isForeground()).toBe(false);
    });
  });
});
