import type { ServiceName } from '#libs/contracts';
import { connectConsumers, KafkaBatchTransport } from '#libs/messaging';
import { Logger as NestLogger, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { type HttpConfig, type ProcessRole, type StatefulConfig } from '../config/base-fields.ts';
import { ConfigError } from '../config/read-config.ts';
import { Lifecycle } from '../health/lifecycle.ts';
import { createLogger } from '../observability/logging.ts';
import { Metrics } from '../observability/metrics.ts';
import { nestLogger } from '../observability/nest-logger.ts';
import { observeRequests } from '../observability/observe-requests.ts';
import { startTracing } from '../observability/tracing.ts';
import { ServiceParts } from '../ops/service-parts.ts';
import { ReconcilerLoops } from '../reconcilers/reconciler-loops.ts';
import { createHttpAdapter, type HttpOptions } from './http-server.ts';
import { OpenConnections } from './open-connections.ts';

export interface ServiceDefinition<Config extends HttpConfig> {
  readonly name: ServiceName;
  /** Reads the environment; `readConfig(FIELDS, process.env)` in the app's config.ts. */
  readonly config: () => Config;
  readonly module: (config: Config) => DynamicModule;
  readonly http?: HttpOptions;
}

export interface StartedService {
  readonly url: string;
  readonly app: NestFastifyApplication;
  /** Stops accepting, finishes what is under way, then closes consumers, relay and pool. */
  stop(): Promise<void>;
}

/** Of the 10 s that a process has to leave. */
const LEAVE_WITHIN_MS = 9_000;
/** Longer than a request waits for a fact. Uploads that take longer are cut off, and sent again. */
const DRAIN_WITHIN_MS = 6_000;

/** The whole of a service's main.ts: reads the configuration, starts, and leaves in order on SIGTERM or SIGINT. */
export async function runService<Config extends HttpConfig>(definition: ServiceDefinition<Config>): Promise<void> {
  try {
    const service = await startService(definition, definition.config());
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void leave(service, signal));
  } catch (error) {
    process.stderr.write(`laurel-${definition.name} can not start: ${describe(error)}\n`);
    process.exit(1);
  }
}

function describe(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

async function leave(service: StartedService, signal: string): Promise<void> {
  const logger = new NestLogger('process');
  logger.log({ signal }, 'leaving');
  const overdue = setTimeout(() => {
    logger.error('not through in time, leaving anyway: what is unfinished is redone by the next process');
    process.exit(1);
  }, LEAVE_WITHIN_MS);
  await service.stop().catch((error: unknown) => {
    logger.error({ err: error }, 'leaving failed');
    process.exitCode = 1;
  });
  clearTimeout(overdue);
  process.exit();
}

/** Starts a service in this process: boot reconcilers, then consumers and relay, then HTTP, then the other loops. */
export async function startService<Config extends HttpConfig>(
  definition: ServiceDefinition<Config>,
  config: Config,
): Promise<StartedService> {
  const flushTraces = await startTracing(definition.name, config.otlpEndpoint);
  const roles = rolesOf(config);
  const logger = createLogger(definition.name, config.logLevel);
  const adapter = createHttpAdapter(definition.http ?? {});
  const app = await NestFactory.create<NestFastifyApplication>(definition.module(config), adapter, {
    logger: nestLogger(logger),
    bodyParser: false,
    abortOnError: false,
  });
  const server = adapter.getInstance() as unknown as FastifyInstance;
  observeRequests(server, logger, app.get(Metrics));
  if (!roles.includes('http')) serveProbesOnly(server);
  const lifecycle = app.get(Lifecycle);
  const connections = new OpenConnections(app.getHttpServer());
  await app.init();
  const loops = app.get(ReconcilerLoops);
  await loops.runAtBoot();
  await startConsumers(app);
  await app.listen(config.port, config.host);
  if (roles.includes('reconcilers')) loops.start();
  lifecycle.serve();
  const url = await app.getUrl();
  new NestLogger('process').log({ url, roles }, 'serving');
  return { url, app, stop: () => stop({ app, loops, connections, flushTraces }) };
}

/** The gateway has none. */
async function startConsumers(app: NestFastifyApplication): Promise<void> {
  if (app.get(ServiceParts).find(KafkaBatchTransport) === undefined) return;
  connectConsumers(app);
  await app.startAllMicroservices();
}

function rolesOf(config: HttpConfig | StatefulConfig): readonly ProcessRole[] {
  return 'roles' in config ? config.roles : ['http'];
}

const PROBES: ReadonlySet<string> = new Set(['/livez', '/readyz', '/metrics']);

function serveProbesOnly(server: FastifyInstance): void {
  server.addHook('onRequest', (request, reply, done) => {
    if (PROBES.has(request.url.split('?', 1)[0] ?? '')) done();
    else reply.callNotFound();
  });
}

interface RunningParts {
  readonly app: NestFastifyApplication;
  readonly loops: ReconcilerLoops;
  readonly connections: OpenConnections;
  readonly flushTraces: () => Promise<void>;
}

/** Requests first: one that waits for a fact needs the consumers until it is answered. */
async function stop({ app, loops, connections, flushTraces }: RunningParts): Promise<void> {
  app.get(Lifecycle).leave();
  await Promise.all([connections.drain(DRAIN_WITHIN_MS), loops.stop()]);
  await app.close();
  await flushTraces();
}
