import { join } from 'node:path';
import { runDemo } from '../demo/run-demo.ts';
import { dataDirectory } from './data-directory.ts';
import { developmentToken } from './development-keys.ts';
import { Laurel } from './laurel.ts';
import { REPOSITORY_ROOT } from './repository-root.ts';
import { startOptions } from './start-options.ts';
import { StartupError } from './startup-error.ts';

const print = (line: string): void => console.log(line);
let laurel: Laurel | undefined;
let stopping: Promise<void> | undefined;

/** Whoever asks again waits for the same end. */
function stop(exitCode: number, reason: string): Promise<void> {
  stopping ??= (async () => {
    print(`${reason}: stopping`);
    await laurel?.stop();
    process.exit(exitCode);
  })();
  return stopping;
}

async function start(): Promise<void> {
  const options = startOptions(process.argv.slice(2), process.env);
  const { path: directory, moved } = dataDirectory();
  if (moved !== undefined) print(moved);
  print(`${'data and logs'.padEnd(16)} ${directory}`);
  laurel = new Laurel(options, directory, print);
  const { broken } = await laurel.start();
  void broken.then((reason) => stop(1, reason));
  if (options.demo) await demo(laurel.gatewayUrl, directory);
  print(`gateway: ${laurel.gatewayUrl}`);
  print('ready');
}

async function demo(gatewayUrl: string, directory: string): Promise<void> {
  const salesDirectory = join(REPOSITORY_ROOT, 'demo', 'sales');
  const tokenFor = (request: Parameters<typeof developmentToken>[1]) => developmentToken(directory, request);
  const { clientId, adminToken } = await runDemo({ gatewayUrl, salesDirectory, tokenFor, print });
  print(`\nAn admin’s token of the demo client ${clientId}, and three requests to try:\n\n  TOKEN=${adminToken}\n`);
  for (const path of ['/v1/creators?tier=4&limit=3', '/v1/boosts?status=paid&limit=2', '/v1/syncs?limit=2']) {
    print(`  curl -s -H "Authorization: Bearer $TOKEN" '${gatewayUrl}${path}'`);
  }
  print(`\nAPI reference: ${gatewayUrl}/docs`);
}

/** Whoever started it through npm is gone when npm is, even when npm was killed. */
function stopWithNpm(): void {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && void stop(0, 'npm has gone'), 500).unref();
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0, signal));
stopWithNpm();
try {
  await start();
} catch (error) {
  if (stopping === undefined) console.error(error instanceof StartupError ? error.message : error);
  await stop(1, 'Laurel can not start');
}
