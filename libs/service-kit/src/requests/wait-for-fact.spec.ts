import { describe, expect, it } from '@jest/globals';
import { waitForFact } from './wait-for-fact.ts';

describe('waiting for a fact', () => {
  it('does not wait for one that is there', async () => {
    let asked = 0;
    expect(await waitForFact(() => Promise.resolve(++asked))).toBe(1);
  });

  it('goes on once it has come', async () => {
    let asked = 0;
    expect(await waitForFact(() => Promise.resolve(++asked === 4 ? asked : undefined))).toBe(4);
  });

  it('gives up after the time, having asked a last time', async () => {
    let asked = 0;
    expect(await waitForFact(() => Promise.resolve(void asked++), 60)).toBeUndefined();
    expect(asked).toBeGreaterThan(1);
  });

  it('lets an error through', async () => {
    await expect(waitForFact(() => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
  });
});
