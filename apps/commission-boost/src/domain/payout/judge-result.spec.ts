import { describe, expect, it } from '@jest/globals';
import { judgeResult, verdictOf, type ResultLine, type ResultPlace } from './judge-result.ts';

const RUN = 'this run';
const place: ResultPlace = { runId: RUN, isRepeated: false, isTransactionKnown: false };
const line = (status: string, transactionId = 'PP-1'): ResultLine => ({ reference: 'P1', transactionId, status });
const attempt = (status: 'pending' | 'paid' | 'failed', runId = RUN) => ({
  runId,
  status,
  transactionId: status === 'paid' ? 'PP-1' : null,
});

describe('what a provider’s word means', () => {
  it.each([
    ['SUCCESS', 'success'],
    ['Completed', 'success'],
    ['FAILED', 'failure'],
    ['RETURNED', 'failure'],
    ['BLOCKED', 'failure'],
    ['REFUNDED', 'failure'],
    ['REVERSED', 'failure'],
    ['DENIED', 'failure'],
    ['Canceled', 'failure'],
    ['PENDING', 'unfinished'],
    ['UNCLAIMED', 'unfinished'],
    ['ONHOLD', 'unfinished'],
    ['On hold', 'unfinished'],
    ['PROCESSING', 'unfinished'],
    ['paid?', 'success'],
    ['', undefined],
    ['not paid', undefined],
    ['unsuccessful', undefined],
  ])('%p: %p', (word, verdict) => expect(verdictOf(word)).toBe(verdict));
});

describe('a line of the results', () => {
  const RESULTS = { success: 'SUCCESS', failure: 'FAILED', unfinished: 'PENDING', unknown: '??' } as const;

  it.each([
    ['pending', { success: 'paid', failure: 'failed', unfinished: 'pending', unknown: 'unknown_status' }],
    [
      'paid',
      { success: 'already_paid', failure: 'failed_after_paid', unfinished: 'already_paid', unknown: 'unknown_status' },
    ],
    [
      'failed',
      { success: 'late_success', failure: 'already_failed', unfinished: 'already_failed', unknown: 'unknown_status' },
    ],
  ] as const)('for an attempt that is %s', (status, expected) => {
    for (const [verdict, outcome] of Object.entries(expected)) {
      const told = line(RESULTS[verdict as keyof typeof RESULTS]);
      expect([verdict, judgeResult(told, attempt(status), place)]).toEqual([verdict, outcome]);
    }
  });

  it('of nobody’s reference is told so, whatever it says', () => {
    for (const word of Object.values(RESULTS))
      expect(judgeResult(line(word), undefined, place)).toBe('unknown_reference');
  });

  it('changes a pending payout only in its own run, once a file, and with a transaction of its own', () => {
    expect(judgeResult(line('SUCCESS'), attempt('pending', 'another'), place)).toBe('other_run');
    expect(judgeResult(line('FAILED'), attempt('pending', 'another'), place)).toBe('other_run');
    expect(judgeResult(line('SUCCESS'), attempt('pending'), { ...place, isRepeated: true })).toBe(
      'duplicate_reference',
    );
    expect(judgeResult(line('FAILED'), attempt('pending'), { ...place, isRepeated: true })).toBe('duplicate_reference');
    expect(judgeResult(line('SUCCESS'), attempt('pending'), { ...place, isTransactionKnown: true })).toBe(
      'duplicate_transaction',
    );
    for (const none of ['', 'zero']) {
      expect(judgeResult(line('SUCCESS', none), attempt('pending'), place)).toBe('transaction_id_missing');
    }
    for (const text of ['to Jane Doe', 'jane@example.com', '-1', '=1', 'x'.repeat(65)]) {
      expect(judgeResult(line('SUCCESS', text), attempt('pending'), place)).toBe('transaction_id_invalid');
    }
    for (const id of ['x'.repeat(64), '9AB12345CD678901E', 'wire:2026/03/01#7', 'T_1.2-3']) {
      expect(judgeResult(line('SUCCESS', id), attempt('pending'), place)).toBe('paid');
    }
  });

  it('tells of money that may have gone twice, in every run and however often', () => {
    for (const isRepeated of [false, true]) {
      const anywhere = { ...place, runId: 'another', isRepeated };
      expect(judgeResult(line('SUCCESS'), attempt('failed'), anywhere)).toBe('late_success');
      expect(judgeResult(line('SUCCESS', ''), attempt('failed'), anywhere)).toBe('late_success');
      expect(judgeResult(line('SUCCESS', 'PP-2'), attempt('paid'), anywhere)).toBe('late_success');
    }
    expect(judgeResult(line('SUCCESS', ''), attempt('paid'), place)).toBe('already_paid');
    expect(judgeResult(line('SUCCESS'), attempt('paid'), { ...place, isRepeated: true })).toBe('duplicate_reference');
  });
});
