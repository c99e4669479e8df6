import { describe, expect, it } from '@jest/globals';
import { eventually } from './eventually.ts';
import { frozenClock } from './frozen-clock.ts';

describe('eventually', () => {
  it('asks again until there is an answer, also one that is falsy', async () => {
    const answers = [undefined, false, new Error('not yet'), 0];
    const answer = await eventually(() => {
      const next = answers.shift();
      if (next instanceof Error) throw next;
      return next;
    });
    expect(answer).toBe(0);
  });

  it('fails with the probe’s last error, or with what never came', async () => {
    const timeoutMs = 20;
    const failing = (): never => {
      throw new Error('still closed');
    };
    await expect(eventually(failing, { timeoutMs })).rejects.toThrow('still closed');
    const describe = () => Promise.resolve('the door');
    await expect(eventually(() => false, { timeoutMs, describe })).rejects.toThrow('not within 20 ms: the door');
  });
});

describe('a frozen clock', () => {
  it('stands still until it is set', () => {
    const clock = frozenClock('2025-01-15T10:00:00Z');
    clock.now().setFullYear(1999);
    expect(clock.now().toISOString()).toBe('2025-01-15T10:00:00.000Z');
    clock.set('2025-02-28T00:00:00Z');
    expect(clock.now().toISOString()).toBe('2025-02-28T00:00:00.000Z');
    expect(() => frozenClock('yesterday')).toThrow('not an instant: yesterday');
  });
});
