import { describe, expect, it } from '@jest/globals';
import type { QuarantinedRow } from '../persistence/quarantine.repository.ts';
import { quarantineCsv } from './quarantine-csv.ts';

async function csvOf(raw: string): Promise<string> {
  async function* pages(): AsyncGenerator<QuarantinedRow[]> {
    yield [{ line: 7, column: 'GMV', reason: 'gmv', raw }];
  }
  const parts: string[] = [];
  for await (const part of quarantineCsv(pages())) parts.push(part);
  return parts.join('');
}

describe('the quarantine as CSV', () => {
  it('quotes what needs it', async () => {
    expect(await csvOf('ana,"x\ny",N/A')).toBe('line,column,reason,raw\r\n7,GMV,gmv,"ana,""x\ny"",N/A"\r\n');
  });

  it.each(['=HYPERLINK(1)', '+1', '-1', '@ana', ' =1', '\tx', '＝1'])('makes no formula of %p', async (raw) => {
    expect(await csvOf(raw)).toContain(`7,GMV,gmv,'${raw}\r\n`);
  });
});
