import { context } from '@opentelemetry/api';
import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  currentNotes,
  currentTraceId,
  keepTraceContext,
  noteClient,
  requestContext,
  traceHeaders,
} from './request-context.ts';

beforeAll(() => {
  keepTraceContext();
});

describe('the trace of a request', () => {
  it('is the caller’s, over awaits and on to the next service', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const headers = await context.with(requestContext({ traceparent }, 'GET'), async () => {
      await Promise.resolve();
      return traceHeaders();
    });
    expect(headers['traceparent']).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/);
  });

  it.each([
    {},
    { traceparent: 'nonsense' },
    { traceparent: '00-00000000000000000000000000000000-b7ad6b7169203331-01' },
    { traceparent: '01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x' },
  ])('is a new one where there is none: %j', (headers) => {
    const first = context.with(requestContext(headers, 'GET'), currentTraceId);
    const second = context.with(requestContext(headers, 'GET'), currentTraceId);
    expect(first).toMatch(/^[0-9a-f]{32}$/);
    expect(second).not.toBe(first);
  });

  it('keeps the notes of two requests apart', () => {
    const [first, second] = [requestContext({}, 'GET'), requestContext({}, 'GET')];
    context.with(first, () => {
      noteClient('acme');
    });
    expect(context.with(first, currentNotes).clientId).toBe('acme');
    expect(context.with(second, currentNotes).clientId).toBeUndefined();
    expect(currentNotes()).toEqual({});
  });
});
