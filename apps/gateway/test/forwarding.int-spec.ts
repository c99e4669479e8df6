import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually, testSigner } from '#libs/testing';
import { CREATOR, startGateway, type RunningGateway } from './running-gateway.ts';
import type { Upstream } from './upstream.ts';

let gateway: RunningGateway;
let ingestion: Upstream;

beforeAll(async () => {
  gateway = await startGateway();
  ingestion = gateway.upstreams.ingestion;
});
afterAll(() => gateway.stop());
beforeEach(() => {
  ingestion.handle();
});

const UPLOAD = 'POST /v1/syncs?businessDate=2026-03-02';
const MEGABYTE = 1_048_576;

describe('a request', () => {
  it('arrives as it was sent', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const headers = { 'content-type': 'application/json', 'idempotency-key': 'k', 'if-match': '"3"', traceparent };
    const body = '{ "name": "Ömer",  "slug": "x" }';
    await gateway.ask('POST /v1/clients', { as: 'operator', body, headers: { ...headers, cookie: 'a=b' } });
    const [received] = ingestion.received;
    expect(received?.body).toBe(body);
    expect(received?.headers).toMatchObject({
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'idempotency-key': 'k',
      'if-match': '"3"',
      authorization: expect.stringMatching(/^Bearer /),
    });
    expect(received?.headers['traceparent']).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-/);
    expect(received?.headers['cookie']).toBeUndefined();
  });

  it.each([
    [MEGABYTE, 200],
    [MEGABYTE + 1, 413],
  ])('of %d bytes is answered %d', async (bytes, status) => {
    const options = { as: 'operator', headers: { 'idempotency-key': 'k' } } as const;
    expect((await gateway.ask('POST /v1/clients', { ...options, body: 'x'.repeat(bytes) })).status).toBe(status);
    expect(ingestion.received).toHaveLength(status === 200 ? 1 : 0);
  });

  it('that does not say how long it is ends at the same limit', async () => {
    const body = Readable.toWeb(Readable.from(Array.from({ length: 20 }, () => Buffer.alloc(65_536)))) as NonNullable<
      RequestInit['body']
    >;
    const response = await gateway.ask('POST /v1/clients', {
      as: 'operator',
      body,
      headers: { 'idempotency-key': 'k' },
    });
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ code: 'payload_too_large' });
  });
});

describe('an answer', () => {
  it('comes back as it was given', async () => {
    ingestion.handle((request, response) => {
      request.resume();
      response.writeHead(409, {
        'content-type': 'application/problem+json',
        location: '/v1/syncs/7',
        'retry-after': '3',
        etag: '"5"',
        connection: 'keep-alive, X-Hop',
        'x-hop': '1',
      });
      response.end('{"code":"sync.in_progress"}');
    });
    const response = await gateway.ask(UPLOAD, { body: 'Handle\n', headers: { 'content-type': 'text/csv' } });
    expect(response.status).toBe(409);
    expect(await response.text()).toBe('{"code":"sync.in_progress"}');
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/problem+json',
      location: '/v1/syncs/7',
      'retry-after': '3',
      etag: '"5"',
    });
    expect(response.headers.get('x-hop')).toBeNull();
  });

  it('may be empty', async () => {
    ingestion.handle((_request, response) => response.writeHead(204).end());
    const response = await gateway.ask('GET /v1/syncs');
    expect([response.status, await response.text()]).toEqual([204, '']);
  });

  it('is 503 with Retry-After while the service is down', async () => {
    const lone = await startGateway();
    try {
      await lone.upstreams.ingestion.stop();
      const response = await lone.ask('GET /v1/syncs');
      expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
      expect(await response.json()).toMatchObject({ code: 'unavailable' });
      expect((await lone.ask('GET /v1/program')).status).toBe(200);
    } finally {
      await lone.stop();
    }
  });

  it('is 503 when the service hangs up in the middle', async () => {
    ingestion.handle((request) => request.socket.destroy());
    expect((await gateway.ask('GET /v1/syncs')).status).toBe(503);
    const options = { as: 'operator', body: '{}', headers: { 'idempotency-key': 'k' } } as const;
    expect((await gateway.ask('POST /v1/clients', options)).status).toBe(503);
  });
});

describe('an upload', () => {
  it('reaches the service while it is still being sent', async () => {
    let first: string | undefined;
    ingestion.handle((request, response) => {
      request.once('data', (chunk: Buffer) => (first = chunk.toString()));
      request.on('end', () => response.writeHead(202).end());
    });
    const upload = Readable.from(
      (async function* () {
        yield 'Handle,Video\n';
        await eventually(() => first !== undefined);
        yield 'ann,https://x\n';
      })(),
    );
    const response = await gateway.ask(UPLOAD, {
      body: Readable.toWeb(upload) as NonNullable<RequestInit['body']>,
      headers: { 'content-type': 'text/csv' },
    });
    expect([response.status, first]).toEqual([202, 'Handle,Video\n']);
  });

  it('keeps its announced length, its type and all of its bytes', async () => {
    const seen = { bytes: 0, length: '', type: '' };
    ingestion.handle((request, response) => {
      seen.length = request.headers['content-length'] ?? '';
      seen.type = request.headers['content-type'] ?? '';
      request.on('data', (chunk: Buffer) => (seen.bytes += chunk.length));
      request.on('end', () => response.writeHead(202).end());
    });
    const body = Buffer.alloc(24 * MEGABYTE, 'a,b\n');
    await gateway.ask(UPLOAD, { body, headers: { 'content-type': 'multipart/form-data; boundary=x' } });
    expect(seen).toEqual({ bytes: body.length, length: String(body.length), type: 'multipart/form-data; boundary=x' });
  });

  it('is refused before it is sent when it announces more than a file may have', async () => {
    const { status, body } = await rawUpload(gateway.service.url, 2 * 1_024 * MEGABYTE);
    expect([status, JSON.parse(body)]).toMatchObject([413, { code: 'payload_too_large' }]);
  });

  it('is told the service’s answer even if that comes before the file was read', async () => {
    ingestion.handle((_request, response) => {
      response.writeHead(409, { 'content-type': 'application/json', location: '/v1/syncs/1' }).end('{}');
    });
    const response = await gateway.ask(UPLOAD, {
      body: Buffer.alloc(32 * MEGABYTE),
      headers: { 'content-type': 'text/csv' },
    });
    expect([response.status, response.headers.get('location')]).toEqual([409, '/v1/syncs/1']);
  });

  it('of a client that hangs up is given up at the service too', async () => {
    let seen: IncomingMessage | undefined;
    ingestion.handle((request) => {
      seen = request;
      request.resume();
    });
    const abort = new AbortController();
    const endless = Readable.from(
      (async function* () {
        yield 'Handle\n';
        await once(abort.signal, 'abort');
      })(),
    );
    const asked = gateway.ask(UPLOAD, {
      body: Readable.toWeb(endless) as NonNullable<RequestInit['body']>,
      headers: { 'content-type': 'text/csv' },
      signal: abort.signal,
    });
    await eventually(() => seen !== undefined);
    abort.abort();
    await expect(asked).rejects.toThrow();
    await eventually(() => seen?.destroyed === true, { describe: 'the upstream request is closed' });
  });
});

describe('a client that hangs up while it waits', () => {
  it('ends the request at the service', async () => {
    let seen: IncomingMessage | undefined;
    ingestion.handle((request) => {
      seen = request;
    });
    const abort = new AbortController();
    const asked = gateway.ask(`GET /v1/creators/${CREATOR}`, { signal: abort.signal });
    await eventually(() => seen !== undefined);
    abort.abort();
    await expect(asked).rejects.toThrow();
    await eventually(() => seen?.socket.destroyed === true, { describe: 'the upstream connection is closed' });
  });
});

/** Announces a body and sends none of it: fetch can not. */
async function rawUpload(url: string, contentLength: number): Promise<{ status: number; body: string }> {
  const token = await testSigner().token({ role: 'admin', clientId: '00000000-0000-4000-8000-00000000000c' });
  const sent = httpRequest(`${url}/v1/syncs?businessDate=2026-03-02`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'text/csv', 'content-length': contentLength },
  });
  sent.flushHeaders();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  let body = '';
  for await (const chunk of response as AsyncIterable<Buffer>) body += chunk.toString();
  sent.destroy();
  return { status: response.statusCode ?? 0, body };
}
