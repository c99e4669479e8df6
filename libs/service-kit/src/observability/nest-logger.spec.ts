import { describe, expect, it } from '@jest/globals';
import { createLogger } from './logging.ts';
import { nestLogger } from './nest-logger.ts';

const lines: string[] = [];
const logger = nestLogger(createLogger('redemption', 'info', { write: (line) => void lines.push(line) }));

function last(): Record<string, unknown> {
  return JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown>;
}

describe('what Nest’s logger writes', () => {
  it('goes through the same allow-list, errors included', () => {
    const error = Object.assign(new Error('duplicate key'), { code: '23505', detail: 'Key (handle)=(ann) exists.' });
    logger.error({ err: error, handle: 'ann', route: '/v1/clients' }, 'request failed', 'http');
    expect(last()).toMatchObject({
      level: 'error',
      service: 'redemption',
      context: 'http',
      route: '/v1/clients',
      err: { type: 'Error', message: 'duplicate key', code: '23505', stack: expect.any(String) },
      message: 'request failed',
    });
    expect(lines.at(-1)).not.toContain('ann');
  });

  it('is quiet about the start', () => {
    const before = lines.length;
    logger.log('Mapped {/v1/boosts, GET} route', 'RouterExplorer');
    expect(lines).toHaveLength(before);
    logger.log('serving', 'process');
    expect(last()).toMatchObject({ message: 'serving', context: 'process' });
  });
});
