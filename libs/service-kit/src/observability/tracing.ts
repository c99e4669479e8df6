import { keepTraceContext } from './request-context.ts';

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
  return () => sdk.shutdown();
}
