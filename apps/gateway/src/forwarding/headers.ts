import type { IncomingHttpHeaders } from 'node:http';

/** What a service is told of a request. Nothing else passes: a client can not speak to the services' own headers. */
const PASSED_ON = [
  'accept',
  'authorization',
  'content-encoding',
  'content-length',
  'content-type',
  'idempotency-key',
  'if-match',
  'if-none-match',
] as const;

/** Of one connection, not of the message (RFC 9110, 7.6.1). */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** @param hasBody false for a request whose body, if it has one, means nothing and is not passed on */
export function requestHeaders(headers: IncomingHttpHeaders, hasBody: boolean): Record<string, string> {
  const passed: Record<string, string> = {};
  for (const name of PASSED_ON) {
    if (!hasBody && name.startsWith('content-')) continue;
    const value = headers[name];
    if (typeof value === 'string') passed[name] = value;
  }
  return passed;
}

/** The answer's headers without those of the connection, and those that `Connection` names. */
export function answerHeaders(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  const named = new Set(
    String(headers.connection ?? '')
      .toLowerCase()
      .split(/\s*,\s*/),
  );
  const passed: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !HOP_BY_HOP.has(name) && !named.has(name)) passed[name] = value;
  }
  return passed;
}
