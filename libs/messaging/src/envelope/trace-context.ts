import { context, propagation } from '@opentelemetry/api';

/** The W3C traceparent of what is running now, undefined outside a trace. */
export function currentTraceparent(): string | undefined {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  return carrier['traceparent'];
}
