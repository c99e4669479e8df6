import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import { context, isSpanContextValid, trace, type Link, type SpanContext } from '@opentelemetry/api';

/**
 * The W3C trace of what runs now. An OpenTelemetry span wins where an SDK is registered; without one the API's context
 * is a no-op, so a traceparent of our own is carried: logs keep their trace id in every installation.
 */
const carried = new AsyncLocalStorage<string>();

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** The traceparent of what is running now, undefined outside a trace. */
export function currentTraceparent(): string | undefined {
  const span = trace.getSpanContext(context.active());
  if (span !== undefined && isSpanContextValid(span)) return format(span.traceId, span.spanId, span.traceFlags);
  return carried.getStore();
}

/** 32 hex digits, for log lines and problem documents; undefined outside a trace. */
export function currentTraceId(): string | undefined {
  return currentTraceparent()?.slice(3, 35);
}

/** A traceparent that continues the given trace with a span of its own, or begins a new trace. */
export function childTraceparent(parent: string | undefined): string {
  const match = parent === undefined ? null : TRACEPARENT.exec(parent);
  const span = randomBytes(8).toString('hex');
  return match ? `00-${match[1]}-${span}-${match[3]}` : `00-${randomBytes(16).toString('hex')}-${span}-01`;
}

/**
 * Runs `work` inside the trace that a caller has sent along (a request's header, an event's extension), or inside a new
 * one. Everything awaited in it sees the same trace id.
 */
export function inTrace<T>(parent: string | undefined, work: () => T): T {
  const own = childTraceparent(parent);
  const remote = spanContextOf(parent) ?? spanContextOf(own);
  const run = () => carried.run(own, work);
  return remote === undefined ? run() : context.with(trace.setSpanContext(context.active(), remote), run);
}

/**
 * Runs a step on events of several traces: inside the first one's, as a span named `name` that is linked to all the
 * others, of which at most 32 are told.
 */
export function inLinkedSpan<T>(
  name: string,
  parents: Iterable<string | undefined>,
  work: () => Promise<T>,
): Promise<T> {
  const distinct = new Set<string>();
  for (const parent of parents) {
    if (parent !== undefined) distinct.add(parent);
    if (distinct.size === 32) break;
  }
  const [first, ...others] = distinct;
  const links = others.map(spanContextOf).filter((remote) => remote !== undefined);
  return inTrace(first, () =>
    trace.getTracer('laurel.messaging').startActiveSpan(name, { links: links.map(toLink) }, async (span) => {
      try {
        return await work();
      } finally {
        span.end();
      }
    }),
  );
}

function toLink(remote: SpanContext): Link {
  return { context: remote };
}

function spanContextOf(traceparent: string | undefined): SpanContext | undefined {
  const match = traceparent === undefined ? null : TRACEPARENT.exec(traceparent);
  if (!match) return undefined;
  const [, traceId = '', spanId = '', flags = '00'] = match;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
}

function format(traceId: string, spanId: string, flags: number): string {
  return `00-${traceId}-${spanId}-${flags.toString(16).padStart(2, '0')}`;
}
