import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readResults } from './results-file.ts';

async function read(text: string | Buffer, pieceBytes = 5): Promise<unknown[]> {
  const bytes = Buffer.from(text);
  async function* body() {
    for (let at = 0; at < bytes.length; at += pieceBytes)
      yield await Promise.resolve(bytes.subarray(at, at + pieceBytes));
  }
  const rows: unknown[] = [];
  for await (const results of readResults(body())) rows.push(...results);
  return rows;
}

const row = (line: number, reference: string, transactionId: string, status: string) => ({
  line,
  reference,
  transactionId,
  status,
});

describe('the results of a provider', () => {
  it('are read with their lines, however they are cut', async () => {
    const text = '\uFEFFreference,transactionId,status\r\nP1,T1,SUCCESS\r\n\r\n"P2","T,2","On hold"\r\nP3,,FAILED';
    const expected = [row(2, 'P1', 'T1', 'SUCCESS'), row(4, 'P2', 'T,2', 'On hold'), row(5, 'P3', '', 'FAILED')];
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 80 }), async (size) => {
        expect(await read(text, size)).toEqual(expected);
      }),
    );
  });

  it.each([
    'Customer ID,Transaction ID,Status',
    'sender_item_id,transaction_id,transaction_status',
    'Unique ID,PayPal Transaction ID,Transaction Status',
    'REFERENCE , transactionid,STATUS',
  ])('may name their columns %p', async (header) => {
    expect(await read(`${header}\nP1,T1,SUCCESS\n`)).toEqual([row(2, 'P1', 'T1', 'SUCCESS')]);
  });

  it('may have more columns, in any order, and line ends in them', async () => {
    const text = 'Status,Note,Amount,Transaction ID,Reference ID\nSUCCESS,"two\nlines é",1.00,T1,P1\nFAILED,,,,P2\n';
    expect(await read(text)).toEqual([row(2, 'P1', 'T1', 'SUCCESS'), row(4, 'P2', '', 'FAILED')]);
  });

  it.each([
    ['', /are empty/],
    ['\n\n', /are empty/],
    ['reference,status\nP1,SUCCESS\n', /no column transactionId/],
    ['reference,transactionId,status\nP1,"T1,SUCCESS\n', /not closed/],
    [Buffer.from([0x72, 0xff, 0x0a]), /not UTF-8/],
  ])('are refused whole: %p', async (text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });

  it.each([
    ['a quoted field', 'x', { code: 'payout.invalid_results' }],
    ['the file', '\n', { code: 'payload_too_large' }],
  ])('are refused when %s does not end', async (_, more, refusal) => {
    async function* endless() {
      yield Buffer.from(`reference,transactionId,status\n${more === 'x' ? '"' : ''}`);
      for (;;) yield await Promise.resolve(Buffer.alloc(1_048_576, more));
    }
    const whole = async () => {
      for await (const results of readResults(endless())) expect(results).toEqual([]);
    };
    await expect(whole()).rejects.toMatchObject(refusal);
  });
});
