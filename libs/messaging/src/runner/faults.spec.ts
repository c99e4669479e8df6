import { describe, expect, it } from '@jest/globals';
import { faultOf } from './faults.ts';
import { RetryLater } from './retry-later.errors.ts';

function withCode(code: string, message = 'refused'): Error {
  return Object.assign(new Error(message), { code });
}

function named(name: string): Error {
  return Object.assign(new Error('broken'), { name });
}

describe('what a failure says', () => {
  it.each([
    '08006',
    '08P01',
    '40001',
    '40P01',
    '55P03',
    '57P01',
    '57P03',
    '53300',
    '58030',
    'ECONNRESET',
    'ECONNREFUSED',
  ])('%s is of the infrastructure', (code) => expect(faultOf(withCode(code))).toBe('infrastructure'));

  it.each(['25P04', '57014', '25P03'])('%s is too slow', (code) => expect(faultOf(withCode(code))).toBe('too-slow'));

  it.each(['23505', '23514', '22003', '42P01', '42501'])('%s is poison', (code) =>
    expect(faultOf(withCode(code))).toBe('poison'),
  );

  it.each(['KafkaJSConnectionError', 'KafkaJSNumberOfRetriesExceeded'])('%s is of the infrastructure', (name) =>
    expect(faultOf(named(name))).toBe('infrastructure'),
  );

  it.each(['Connection terminated unexpectedly', 'timeout exceeded when trying to connect'])(
    'pg that says "%s" is of the infrastructure',
    (message) => expect(faultOf(new Error(message))).toBe('infrastructure'),
  );

  it('takes a request to retry later and a missing partition for the infrastructure', () => {
    expect(faultOf(new RetryLater('no partition yet'))).toBe('infrastructure');
    expect(faultOf(withCode('23514', 'no partition of relation "redemption" found for row'))).toBe('infrastructure');
  });

  it('looks into what an error wraps and what caused it', () => {
    expect(faultOf(Object.assign(new Error('query failed'), { driverError: withCode('40P01') }))).toBe(
      'infrastructure',
    );
    expect(faultOf(new Error('could not save', { cause: withCode('57P01') }))).toBe('infrastructure');
  });

  it.each([new TypeError('x is undefined'), new RangeError('too big'), 'a string', undefined, null])(
    'takes %s for poison',
    (error) => expect(faultOf(error)).toBe('poison'),
  );

  it('survives an error that is its own cause', () => {
    const error = new Error('round');
    error.cause = error;
    expect(faultOf(error)).toBe('poison');
  });
});
