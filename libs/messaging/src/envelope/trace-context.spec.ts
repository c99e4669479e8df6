import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { childTraceparent, currentTraceId, currentTraceparent, inLinkedSpan, inTrace } from './trace-context.ts';

const PARENT = '00-0123456789abcdef0123456789abcdef-0123456789abcdef-01';

describe('the trace without an SDK', () => {
  it('is none outside, and goes on in everything awaited inside', async () => {
    expect(currentTraceparent()).toBeUndefined();
    const seen = await inTrace(PARENT, async () => {
      await setImmediate();
      return currentTraceparent();
    });
    expect(seen).toMatch(/^00-0123456789abcdef0123456789abcdef-[0-9a-f]{16}-01$/);
    expect(seen).not.toBe(PARENT);
  });

  it('begins anew without a parent, and with one that is no traceparent', () => {
    const first = inTrace(undefined, currentTraceId);
    const second = inTrace('00-nonsense', currentTraceId);
    expect(first).toMatch(/^[0-9a-f]{32}$/);
    expect(second).toMatch(/^[0-9a-f]{32}$/);
    expect(second).not.toBe(first);
  });

  it('of a step on events of several traces is that of the first', async () => {
    const other = childTraceparent(undefined);
    const seen = await inLinkedSpan('step', [undefined, PARENT, other], () => Promise.resolve(currentTraceId()));
    expect(seen).toBe('0123456789abcdef0123456789abcdef');
  });
});
