import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { patientAnswer } from './patient-answer.ts';

describe('an answer that may take long', () => {
  it('is the body itself when it is there at once, and its error when that comes at once', async () => {
    expect(await patientAnswer(() => Promise.resolve({ faults: 0 }))).toEqual({ faults: 0 });
    await expect(patientAnswer(() => Promise.reject(new Error('no such client')))).rejects.toThrow('no such client');
  });

  it('begins with blank lines, and is the same JSON', async () => {
    let finish: (body: object) => void = () => undefined;
    const lines = (await patientAnswer(() => new Promise((resolve) => (finish = resolve)), 1)) as Readable;
    let text = '';
    for await (const part of lines) {
      text += String(part);
      if (text === '\n\n\n') finish({ faults: 3 });
    }
    expect(text).toMatch(/^\n{3,}\{/);
    expect(JSON.parse(text)).toEqual({ faults: 3 });
  });

  it('stops working when nobody waits any more', async () => {
    let told: AbortSignal | undefined;
    const work = (signal: AbortSignal) =>
      new Promise<object>((_, reject) => {
        told = signal;
        signal.addEventListener('abort', () => reject(new Error('stopped')));
      });
    const lines = (await patientAnswer(work, 1)) as Readable;
    const stopped = new Promise((resolve) => lines.once('close', resolve));
    lines.on('error', () => undefined).destroy();
    await stopped;
    expect(told?.aborted).toBe(true);
  });
});
