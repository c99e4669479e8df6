import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Takes traces as an OpenTelemetry collector does, and keeps their bytes. */
export async function startCollector() {
  const parts: Buffer[] = [];
  const server = createServer((request, response) => {
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`, OTEL_EXPORTER_OTLP_COMPRESSION: 'none' },
    received: () => Buffer.concat(parts).toString('latin1'),
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
