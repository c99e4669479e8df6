import { describe, expect, it } from '@jest/globals';
import { answerHeaders, requestHeaders } from './headers.ts';

describe('the headers of a request', () => {
  it('are passed on by an allow-list', () => {
    expect(
      requestHeaders(
        {
          authorization: 'Bearer x',
          'idempotency-key': 'k',
          'if-match': '"1"',
          accept: 'text/csv',
          'content-type': 'text/csv',
          'content-length': '12',
          host: 'gateway',
          cookie: 'a=b',
          connection: 'keep-alive',
          'transfer-encoding': 'chunked',
          'x-forwarded-for': '10.0.0.1',
          'x-internal-role': 'operator',
        },
        true,
      ),
    ).toEqual({
      authorization: 'Bearer x',
      'idempotency-key': 'k',
      'if-match': '"1"',
      accept: 'text/csv',
      'content-type': 'text/csv',
      'content-length': '12',
    });
  });

  it('say nothing of a body that is not passed on', () => {
    const headers = {
      accept: 'text/csv',
      'content-type': 'text/csv',
      'content-length': '12',
      'content-encoding': 'gzip',
    };
    expect(requestHeaders(headers, false)).toEqual({ accept: 'text/csv' });
  });
});

describe('the headers of an answer', () => {
  it('are all but those of the connection', () => {
    expect(
      answerHeaders({
        etag: '"7"',
        location: '/v1/syncs/1',
        'retry-after': '2',
        'set-cookie': ['a', 'b'],
        connection: 'close, X-Hop',
        'x-hop': '1',
        'keep-alive': 'timeout=5',
        'transfer-encoding': 'chunked',
      }),
    ).toEqual({ etag: '"7"', location: '/v1/syncs/1', 'retry-after': '2', 'set-cookie': ['a', 'b'] });
  });
});
