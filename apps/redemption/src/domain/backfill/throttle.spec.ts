import { describe, expect, it } from '@jest/globals';
import { adapt, isIdle, restMs, shareOf, UNTHROTTLED, type Load, type Throttle } from './throttle.ts';

const CALM: Load = { foregroundFactor: 1, relayLagMs: 20, idleLagMs: 10, share: 1, onlyRested: false };
const SLOW: Load = { ...CALM, foregroundFactor: 2.6 };
const LATE: Load = { ...CALM, foregroundFactor: null, relayLagMs: 201 };

function after(loads: readonly Load[], throttle: Throttle = UNTHROTTLED): Throttle {
  return loads.reduce(adapt, throttle);
}

describe('the throttle', () => {
  it.each([
    ['statements two and a half times as slow as idle', { ...CALM, foregroundFactor: 2.5 }, null],
    ['slower statements', SLOW, 'foreground_latency'],
    ['a relay 200 ms behind', { ...CALM, relayLagMs: 200 }, null],
    ['a relay further behind', LATE, 'relay_lag'],
    ['a relay that is so by itself', { ...LATE, idleLagMs: 150 }, null],
    ['a relay that stands still', { ...LATE, relayLagMs: 60_000, idleLagMs: 50_000 }, 'relay_lag'],
    ['no statements at all', { ...CALM, foregroundFactor: null }, null],
  ])('takes %s for %s', (_, load, harm) => {
    expect(adapt(UNTHROTTLED, load).throttledBy).toBe(harm);
  });

  it('works half as much at the first sign, and never stops', () => {
    expect(after([SLOW]).share).toBe(0.5);
    expect(after(Array<Load>(50).fill(SLOW)).share).toBe(0.05);
  });

  it('tells the cause until it works at full again', () => {
    const slowed = after([LATE, CALM]);
    expect(slowed.throttledBy).toBe('relay_lag');
    expect(after(Array<Load>(120).fill(CALM), slowed)).toMatchObject({ share: 1, throttledBy: null });
  });

  it.each([0.2, 0.35, 0.6, 0.9])('settles below a harmful share of %d and stays there', (harmful) => {
    const shares: number[] = [];
    let throttle = UNTHROTTLED;
    for (let second = 0; second < 300; second += 1) {
      throttle = adapt(throttle, throttle.share > harmful ? SLOW : CALM);
      shares.push(throttle.share);
    }
    const settled = shares.slice(100);
    const mean = settled.reduce((sum, share) => sum + share, 0) / settled.length;
    expect(mean).toBeGreaterThan(harmful * 0.75);
    expect(settled.filter((share) => share > harmful).length / settled.length).toBeLessThan(0.1);
    const turns = settled.filter((share, index) => index > 0 && share < (settled[index - 1] ?? 0)).length;
    expect(turns).toBeLessThan(settled.length / 8);
  });

  it.each([1, 3])('holds workers to the least share when their chunks of %d s do harm whenever they run', (chunk) => {
    let throttle = UNTHROTTLED;
    let [worked, rested, inTurn] = [0, 0, chunk];
    for (let second = 0; second < 2_000; second += 1) {
      const isWorking = inTurn > 0;
      if (isWorking) worked += second < 100 ? 0 : 1;
      throttle = adapt(throttle, isWorking ? SLOW : { ...CALM, share: 0, onlyRested: true });
      rested = isWorking ? 0 : rested + 1;
      inTurn = isWorking ? inTurn - 1 : inTurn;
      if (!isWorking && rested * 1_000 >= restMs(throttle.share, chunk * 1_000)) inTurn = chunk;
    }
    expect(worked / 1_900).toBeGreaterThan(0.03);
    expect(worked / 1_900).toBeLessThan(0.06);
  });

  it('gets back to work once the harm is gone, though its workers rest for most of the time', () => {
    const slowed = after(Array<Load>(10).fill(SLOW));
    const calm = [CALM, ...Array<Load>(3).fill({ ...CALM, share: 0, onlyRested: true })];
    const looks = Array.from({ length: 120 }, (_, second) => calm[second % calm.length] ?? CALM);
    expect(after(looks, slowed)).toMatchObject({ share: 1, throttledBy: null });
  });

  it('counts as idle where it works least or not at all', () => {
    expect([0, 0.05, 0.064, 0.07, 1].map(isIdle)).toEqual([true, true, true, false, false]);
  });

  it('rests in proportion to the work', () => {
    expect(restMs(1, 40)).toBe(0);
    expect(restMs(0.25, 40)).toBe(120);
  });

  it.each([
    [1, [1, 1, 1]],
    [2 / 3, [1, 1, 0]],
    [0.5, [1, 0.5, 0]],
    [1 / 3, [1, 0, 0]],
    [0.05, [0.15, 0, 0]],
  ])('a share of %d is that of as few workers as can be', (share, expected) => {
    const shares = [0, 1, 2].map((worker) => shareOf({ ...UNTHROTTLED, share }, worker, 3));
    shares.forEach((each, worker) => expect(each).toBeCloseTo(expected[worker] ?? Number.NaN));
  });
});
