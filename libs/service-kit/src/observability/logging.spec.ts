import { context } from '@opentelemetry/api';
import { describe, expect, it } from '@jest/globals';
import { createLogger } from './logging.ts';
import { keepTraceContext, noteClient, requestContext } from './request-context.ts';

function logged(write: (logger: ReturnType<typeof createLogger>) => void): Record<string, unknown> {
  const lines: string[] = [];
  write(createLogger('redemption', 'info', { write: (line) => void lines.push(line) }));
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0] ?? '') as Record<string, unknown>;
}

describe('a log line', () => {
  it('has only members of the allow-list', () => {
    const line = logged((logger) => {
      logger.info({ route: '/v1/boosts/:id', status: 200, body: { account: 'a@b.c' }, handle: '@ann' }, 'request');
    });
    expect(line).toEqual({
      level: 'info',
      time: expect.stringMatching(/Z$/),
      service: 'redemption',
      message: 'request',
      route: '/v1/boosts/:id',
      status: 200,
    });
  });

  it('tells an error without what a library hangs on it', () => {
    const cause = Object.assign(new Error('duplicate key'), { code: '23505', detail: 'Key (handle)=(ann) exists.' });
    const line = logged((logger) => {
      logger.error({ err: new Error('it failed', { cause }) }, 'failed');
    });
    expect(line['err']).toMatchObject({ type: 'Error', message: 'it failed', cause: { code: '23505' } });
    expect(JSON.stringify(line)).not.toContain('ann');
  });

  it('tells trace and client of the request it belongs to', () => {
    keepTraceContext();
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const active = requestContext({ traceparent: `00-${traceId}-b7ad6b7169203331-01` }, 'GET');
    const line = context.with(active, () =>
      logged((logger) => {
        noteClient('00000000-0000-4000-8000-00000000000c');
        logger.info('done');
      }),
    );
    expect(line).toMatchObject({ traceId, clientId: '00000000-0000-4000-8000-00000000000c' });
  });
});
