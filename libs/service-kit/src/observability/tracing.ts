import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { keepTraceContext } from './request-context.ts';

const FLUSH_WITHIN_MS = 1_000;

/**
 * Starts OpenTelemetry when a collector is named, which registers its own propagator; otherwise trace ids still pass
 * through, and nothing is recorded.
 * @returns flushes what is recorded
 */
export async function startTracing(service: string, otlpEndpoint: string | undefined): Promise<() => Promise<void>> {
  if (otlpEndpoint === undefined) {
    keepTraceContext();
    return () => Promise.resolve();
  }
  const { NodeSDK } = await import('@opentelemetry/sdk-node');
  const sdk = new NodeSDK({ serviceName: `laurel-${service}` });
  sdk.start();
  return () => Promise.race([flush(sdk), delay(FLUSH_WITHIN_MS, undefined, { ref: false })]);
}

/** A collector that is away must not keep a process from leaving, nor make it look as if it had left in disorder. */
async function flush(sdk: { shutdown(): Promise<void> }): Promise<void> {
  try {
    await sdk.shutdown();
  } catch (error) {
    new Logger('tracing').warn({ err: error }, 'the last traces were not delivered');
  }
}
