import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ServiceName, StatefulServiceName } from '#libs/contracts';
import pg from 'pg';
import { asRole, withDatabase } from '../database/connection-url.ts';
import { prepareDatabase } from '../database/prepare-database.ts';
import { passwordOf, serviceRoles } from '../database/roles.ts';
import { ensureTopics } from '../kafka/topics.ts';
import {
  DEVELOPMENT_AUDIENCE,
  DEVELOPMENT_ISSUER,
  developmentToken,
  ensureDevelopmentKeys,
  jwksFile,
  localMasterKeys,
  type TokenRequest,
} from '../local/development-keys.ts';
import { startLocalStack, type LocalStack } from '../local/local-stack.ts';
import { freePort, freePortPair } from '../local/ports.ts';
import { SERVICE_NAMES, serviceEnvironment, type Surroundings } from '../local/service-environment.ts';
import { isReady, startServiceProcess, type ServiceProcess } from '../local/service-process.ts';
import { ApiClient } from '../demo/api-client.ts';
import type { Running } from './bench-row.ts';
import { makeBenchDirectory, removeBenchDirectory, sweepBenchDirectories } from './bench-directory.ts';

const READY_WITHIN_MS = 60_000;
const ALL_ROLES = 'http,consumers,relay,reconcilers';
const EVERYTHING: Running = Object.fromEntries(SERVICE_NAMES.map((service) => [service, ALL_ROLES]));
/** No bench shall measure the limit on requests. */
const UNLIMITED = { LAUREL_RATE_LIMIT: '1000000' };

/** A durable Postgres, a Kafka and the five services, as `npm start` runs them, in a directory that goes away with them. */
export class BenchStack {
  /** Files of a run may lie here too. */
  readonly directory: string;
  readonly #report: (line: string) => void;
  readonly #giveUp = new AbortController();
  readonly #services = new Map<ServiceName, { process: ServiceProcess; roles: string }>();
  #local: LocalStack | undefined;
  #starting: Promise<LocalStack> | undefined;
  #around: Surroundings | undefined;
  #pool: pg.Pool | undefined;

  constructor(report: (line: string) => void) {
    this.#report = report;
    this.directory = makeBenchDirectory();
  }

  async start(): Promise<void> {
    this.#report('starting Postgres, Kafka and the services');
    await sweepBenchDirectories();
    const [postgresPort, kafkaPort] = [await freePort(), await freePortPair()];
    const { directory } = this;
    const { signal } = this.#giveUp;
    this.#starting = startLocalStack({
      directory,
      postgresPort,
      kafkaPort,
      durable: true,
      report: this.#report,
      signal,
    });
    this.#local = await this.#starting;
    await Promise.all([prepareDatabase({ adminUrl: this.databaseUrl }), ensureTopics({ brokers: this.brokers })]);
    ensureDevelopmentKeys(directory);
    this.#around = await this.#surroundings();
    this.#pool = new pg.Pool({ connectionString: this.databaseUrl, max: 4 });
    await this.run();
  }

  /** Has exactly these run, and nothing else; all in all their roles when not given. */
  async run(running: Running = EVERYTHING): Promise<void> {
    const wrong = SERVICE_NAMES.filter((service) => this.#services.get(service)?.roles !== running[service]);
    await Promise.all(wrong.map((service) => this.#stopService(service)));
    const started = wrong.map((service) => [service, running[service]] as const);
    await Promise.all(started.map(async ([service, roles]) => roles && (await this.#startService(service, roles))));
  }

  /** As the administrator, past every wall. */
  get databaseUrl(): string {
    return withDatabase(this.#running.databaseUrl, 'laurel');
  }

  /** As a service's processes connect. */
  databaseUrlOf(service: StatefulServiceName): string {
    return asRole(this.databaseUrl, serviceRoles(service).running, passwordOf(service, this.databaseUrl, process.env));
  }

  /** The administrator's connections. */
  get pool(): pg.Pool {
    if (this.#pool === undefined) throw new Error('the stack has not started');
    return this.#pool;
  }

  get brokers(): string[] {
    return this.#running.kafkaBrokers.split(',');
  }

  /** What a service's process is told; a bench that starts its own processes begins with it. */
  environmentOf(service: ServiceName): NodeJS.ProcessEnv {
    if (this.#around === undefined) throw new Error('the stack has not started');
    return serviceEnvironment(service, this.#around);
  }

  processOf(service: ServiceName): ServiceProcess {
    const found = this.#services.get(service);
    if (found === undefined) throw new Error(`${service} does not run`);
    return found.process;
  }

  async #startService(service: ServiceName, roles: string): Promise<void> {
    if (this.#around === undefined) throw new Error('the stack has not started');
    this.#giveUp.signal.throwIfAborted();
    const log = createWriteStream(join(this.directory, 'logs', `${service}.log`), { flags: 'a' });
    const started = startServiceProcess({
      service,
      port: this.#around.ports[service],
      env: { ...this.environmentOf(service), ...(service === 'gateway' ? UNLIMITED : { LAUREL_ROLES: roles }) },
      onLine: (line) => log.write(`${line}\n`),
      records: this.#running.records,
    });
    this.#services.set(service, { process: started, roles });
    const deadline = performance.now() + READY_WITHIN_MS;
    while (!(await isReady(started))) {
      this.#giveUp.signal.throwIfAborted();
      if (!started.isRunning() || performance.now() > deadline)
        throw new Error(`${service} did not start: ${log.path}`);
      await pause(50);
    }
  }

  async #stopService(service: ServiceName): Promise<void> {
    await this.#services.get(service)?.process.stop();
    this.#services.delete(service);
  }

  token(request: TokenRequest): Promise<string> {
    return developmentToken(this.directory, request);
  }

  /** The public API, through the gateway. */
  async api(request: TokenRequest): Promise<ApiClient> {
    return new ApiClient(this.processOf('gateway').url, await this.token(request));
  }

  /** Resolves when nothing is left to be done, in any service. */
  async untilSettled(): Promise<void> {
    const operator = await this.api({ role: 'operator' });
    while (!(await operator.get<{ settled: boolean }>('/v1/ops/status')).settled) await pause(50);
  }

  /** Ends everything and removes every trace. May be called in the middle of the start. */
  async stop(): Promise<void> {
    this.#giveUp.abort(new Error('stopped while starting'));
    await this.#pool?.end();
    await Promise.all([...this.#services.values()].map(({ process: service }) => service.stop(5_000)));
    const [started] = await Promise.allSettled([this.#starting]);
    if (started.status === 'fulfilled') await started.value?.stop();
    await removeBenchDirectory(this.directory);
  }

  get #running(): LocalStack {
    if (this.#local === undefined) throw new Error('the stack has not started');
    return this.#local;
  }

  async #surroundings(): Promise<Surroundings> {
    const ports = await Promise.all(SERVICE_NAMES.map(async (name) => [name, await freePort()] as const));
    return {
      databaseUrl: (service) => this.databaseUrlOf(service),
      kafkaBrokers: this.brokers.join(','),
      topicPrefix: '',
      jwks: jwksFile(this.directory),
      jwtIssuer: DEVELOPMENT_ISSUER,
      jwtAudience: DEVELOPMENT_AUDIENCE,
      environment: 'development',
      masterKeys: localMasterKeys(this.directory),
      ports: Object.fromEntries(ports) as Surroundings['ports'],
    };
  }
}
