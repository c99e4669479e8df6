import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import {
  context,
  createContextKey,
  isSpanContextValid,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  trace,
  TraceFlags,
  type Context,
  type ContextManager,
  type Span,
  type TextMapPropagator,
} from '@opentelemetry/api';

/** What of the running request every log line and every event tells. */
interface RequestNotes {
  clientId: string | null;
}

const NOTES = createContextKey('laurel request');

/** Keeps the active context over awaits. The OpenTelemetry SDK brings its own; this one serves where it is off. */
class AsyncContextManager implements ContextManager {
  readonly #storage = new AsyncLocalStorage<Context>();

  active(): Context {
    return this.#storage.getStore() ?? ROOT_CONTEXT;
  }

  with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    active: Context,
    fn: F,
    thisArg?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    return this.#storage.run(active, () => fn.call(thisArg as never, ...args));
  }

  bind<T>(active: Context, target: T): T {
    if (typeof target !== 'function') return target;
    return ((...args: unknown[]) => this.#storage.run(active, () => target(...args) as unknown)) as T;
  }

  enable(): this {
    return this;
  }

  disable(): this {
    return this;
  }
}

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** W3C trace context, version 00. */
const traceparentPropagator: TextMapPropagator = {
  inject(active, carrier, setter) {
    const span = trace.getSpanContext(active);
    if (span === undefined || !isSpanContextValid(span)) return;
    const flags = span.traceFlags.toString(16).padStart(2, '0');
    setter.set(carrier, 'traceparent', `00-${span.traceId}-${span.spanId}-${flags}`);
  },
  extract(active, carrier, getter) {
    const header = getter.get(carrier, 'traceparent');
    const match = TRACEPARENT.exec(typeof header === 'string' ? header : '');
    const [, traceId, spanId, flags] = match ?? [];
    if (traceId === undefined || spanId === undefined || flags === undefined) return active;
    const remote = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
    return isSpanContextValid(remote) ? trace.setSpanContext(active, remote) : active;
  },
  fields: () => ['traceparent'],
};

/** Makes traces pass through this process. Where OpenTelemetry's SDK has registered itself already it stays. */
export function keepTraceContext(): void {
  context.setGlobalContextManager(new AsyncContextManager());
  propagation.setGlobalPropagator(traceparentPropagator);
}

/** The context of a request: the caller's trace goes on, or a new one begins. */
export function requestContext(headers: Readonly<Record<string, unknown>>, name: string): Context {
  const remote = propagation.extract(ROOT_CONTEXT, headers);
  const started = trace.getTracer('laurel').startSpan(name, { kind: SpanKind.SERVER }, remote);
  const span = isSpanContextValid(started.spanContext()) ? started : newTrace();
  const notes: RequestNotes = { clientId: null };
  return trace.setSpan(ROOT_CONTEXT, span).setValue(NOTES, notes);
}

function newTrace(): Span {
  return trace.wrapSpanContext({
    traceId: randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
    traceFlags: TraceFlags.NONE,
  });
}

/** The trace id of what is running now, '' outside a trace. */
export function currentTraceId(): string {
  return trace.getSpanContext(context.active())?.traceId ?? '';
}

/** Headers that carry the running trace to another service. */
export function traceHeaders(): Record<string, string> {
  const headers: Record<string, string> = {};
  propagation.inject(context.active(), headers);
  return headers;
}

/** From here on the log lines of the running request name this client. */
export function noteClient(clientId: string | null): void {
  const notes = context.active().getValue(NOTES) as RequestNotes | undefined;
  if (notes !== undefined) notes.clientId = clientId;
}

/** What every log line says of the running request. */
export function currentNotes(): { traceId?: string; clientId?: string } {
  const active = context.active();
  const traceId = trace.getSpanContext(active)?.traceId;
  const clientId = (active.getValue(NOTES) as RequestNotes | undefined)?.clientId ?? undefined;
  return { ...(traceId === undefined ? {} : { traceId }), ...(clientId === undefined ? {} : { clientId }) };
}
