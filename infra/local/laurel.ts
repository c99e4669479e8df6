import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { withDatabase, asRole } from '../database/connection-url.ts';
import { prepareDatabase } from '../database/prepare-database.ts';
import { passwordOf, serviceRoles } from '../database/roles.ts';
import { ensureTopics } from '../kafka/topics.ts';
import {
  DEVELOPMENT_AUDIENCE,
  DEVELOPMENT_ISSUER,
  ensureDevelopmentKeys,
  jwksFile,
  formerPaymentKey,
  localMasterKeys,
} from './development-keys.ts';
import { startLocalStack, type LocalStack } from './local-stack.ts';
import { SERVICE_NAMES, serviceEnvironment, type Surroundings } from './service-environment.ts';
import { servicePortClaims, type StartOptions } from './start-options.ts';
import { StartupError } from './startup-error.ts';
import { Supervisor, type SupervisedService } from './supervisor.ts';

/** Settings of the services that whoever starts Laurel may set; everything else they are given. */
const PASSED_ON = ['LOG_LEVEL', 'DATABASE_POOL_SIZE', 'LAUREL_RATE_LIMIT', 'OTEL_EXPORTER_OTLP_ENDPOINT'];

/** Everything of one machine: Postgres and Kafka, roles, schemas, migrations and topics, keys, the five services. */
export class Laurel {
  readonly #options: StartOptions;
  readonly #directory: string;
  readonly #report: (line: string) => void;
  readonly #giveUp = new AbortController();
  #stack: Promise<LocalStack> | undefined;
  #supervisor: Supervisor | undefined;

  /** @param directory where the data lies; see `dataDirectory` */
  constructor(options: StartOptions, directory: string, report: (line: string) => void) {
    this.#options = options;
    this.#directory = directory;
    this.#report = report;
  }

  get gatewayUrl(): string {
    return `http://127.0.0.1:${this.#options.servicePorts.gateway}`;
  }

  /** From the bottom up. @returns `broken` resolves with the reason when it can not go on */
  async start(): Promise<{ broken: Promise<string> }> {
    this.#stack = this.#startStack();
    const stack = await this.#stack;
    const { databaseUrl } = this.#options;
    const adminUrl = databaseUrl ?? withDatabase(stack.databaseUrl, 'laurel');
    this.#report(`${'Postgres'.padEnd(16)} ${new URL(adminUrl).host}`);
    this.#report(`${'Kafka'.padEnd(16)} ${stack.kafkaBrokers}`);
    const brokers = stack.kafkaBrokers.split(',');
    const [migrations, topics] = await Promise.all([prepareDatabase({ adminUrl }), ensureTopics({ brokers })]);
    if (migrations.length > 0) this.#report(`${migrations.length} migrations ran`);
    if (topics.length > 0) this.#report(`${topics.length} topics created`);
    ensureDevelopmentKeys(this.#directory);
    await this.#startServices(stack, adminUrl);
    return { broken: stack.broken };
  }

  /** Services first, then Kafka, then Postgres. A start in progress is given up. */
  async stop(): Promise<void> {
    this.#giveUp.abort(new StartupError('stopped while starting'));
    await this.#supervisor?.stop();
    const [stack] = await Promise.allSettled([this.#stack]);
    if (stack.status === 'fulfilled') await stack.value?.stop();
  }

  #startStack(): Promise<LocalStack> {
    const { postgresPort, kafkaPort, databaseUrl, kafkaBrokers, fresh } = this.#options;
    return startLocalStack({
      directory: this.#directory,
      postgresPort,
      kafkaPort,
      durable: true,
      report: this.#report,
      signal: this.#giveUp.signal,
      given: { databaseUrl, kafkaBrokers },
      alsoNeeded: servicePortClaims(this.#options),
      beforeStart: () => fresh && empty(this.#directory),
    });
  }

  async #startServices({ records, kafkaBrokers }: LocalStack, adminUrl: string): Promise<void> {
    const { servicePorts } = this.#options;
    const around: Surroundings = {
      databaseUrl: (service) =>
        asRole(adminUrl, serviceRoles(service).running, passwordOf(service, adminUrl, process.env)),
      kafkaBrokers,
      topicPrefix: '',
      jwks: jwksFile(this.#directory),
      jwtIssuer: DEVELOPMENT_ISSUER,
      jwtAudience: DEVELOPMENT_AUDIENCE,
      environment: 'development',
      masterKeys: localMasterKeys(this.#directory),
      formerPaymentKey: formerPaymentKey(this.#directory),
      ports: servicePorts,
    };
    this.#giveUp.signal.throwIfAborted();
    this.#supervisor = new Supervisor({ dataDirectory: this.#directory, records, report: this.#report });
    await this.#supervisor.start(SERVICE_NAMES.map((service) => supervised(service, around)));
    for (const name of SERVICE_NAMES) this.#report(`${name.padEnd(16)} http://127.0.0.1:${servicePorts[name]}`);
  }
}

function supervised(service: SupervisedService['service'], around: Surroundings): SupervisedService {
  const set = PASSED_ON.filter((name) => process.env[name]);
  const passedOn = Object.fromEntries(set.map((name) => [name, process.env[name]]));
  return { service, port: around.ports[service], env: { ...serviceEnvironment(service, around), ...passedOn } };
}

function empty(directory: string): void {
  for (const name of ['postgres', 'kafka', 'logs']) rmSync(join(directory, name), { recursive: true, force: true });
}
