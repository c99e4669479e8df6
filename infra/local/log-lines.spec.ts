import { describe, expect, it } from '@jest/globals';
import { shownLine } from './log-lines.ts';

describe('a service’s line on the terminal', () => {
  it('is short for a warning, with its cause', () => {
    const line = JSON.stringify({
      level: 'warn',
      time: 'x',
      message: 'a relay failed',
      err: { message: 'connection lost', stack: 'long' },
    });
    expect(shownLine('ingestion', line)).toBe('[ingestion] warning: a relay failed: connection lost');
  });

  it('is not shown below a warning, or when it is empty', () => {
    expect(shownLine('ingestion', '{"level":"info","message":"serving"}')).toBeUndefined();
    expect(shownLine('ingestion', ' ')).toBeUndefined();
  });

  it.each(['Error: no such module', '{"level":"er', '{"other":1}'])(
    'is shown as it is when it is no log line: %s',
    (line) => {
      expect(shownLine('gateway', line)).toBe(`[gateway] ${line}`);
    },
  );
});
