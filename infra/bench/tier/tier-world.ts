import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ServiceName, StatefulServiceName } from '#libs/contracts';
import { ensureOutboxPartitions } from '#libs/messaging';
import { Database, dataSourceOptions } from '#libs/persistence';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { asRole, withDatabase } from '../../database/connection-url.ts';
import { prepareDatabase } from '../../database/prepare-database.ts';
import { passwordOf, serviceRoles } from '../../database/roles.ts';
import { ensureTopics } from '../../kafka/topics.ts';
import { freePort } from '../../local/ports.ts';
import { ProcessRecords } from '../../local/process-records.ts';
import { isReady, startServiceProcess, type ServiceProcess } from '../../local/service-process.ts';
import type { BenchContext } from '../bench-row.ts';
import type { BenchStack } from '../bench-stack.ts';

const READY_WITHIN_MS = 60_000;

type Seed = (client: pg.ClientBase) => Promise<void>;

let copies = 0;

/**
 * Databases of one service alone, each a copy of one that is seeded once: both sides of a measurement begin with the
 * same, and no run meets what another has left.
 */
export class TierWorld {
  readonly #stack: BenchStack;
  readonly #template: string;
  readonly #service: StatefulServiceName;

  private constructor(stack: BenchStack, template: string, service: StatefulServiceName) {
    this.#stack = stack;
    this.#template = template;
    this.#service = service;
  }

  static async seeded(
    { stack, report }: BenchContext,
    template: string,
    seed: Seed,
    service: StatefulServiceName = 'tier-evaluation',
  ): Promise<TierWorld> {
    const { rowCount } = await stack.pool.query('SELECT FROM pg_database WHERE datname = $1', [template]);
    if (rowCount === 0) {
      report(`  making ${template}`);
      const url = withDatabase(stack.databaseUrl, template);
      await prepareDatabase({ adminUrl: url, services: [service] });
      await makeOutboxDays(url, service);
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      await seed(client);
      await client.end();
    }
    return new TierWorld(stack, template, service);
  }

  /** Lends a copy; it and the processes on it are gone when the work is done. */
  async onCopy<T>(work: (copy: TierCopy) => Promise<T>): Promise<T> {
    copies += 1;
    const name = `${this.#template}_${copies}`;
    await this.#stack.pool.query(`CREATE DATABASE ${name} TEMPLATE ${this.#template} STRATEGY FILE_COPY`);
    const copy = new TierCopy(this.#stack, name, this.#service);
    try {
      return await work(copy);
    } finally {
      await copy.close();
      await this.#stack.pool.query(`DROP DATABASE ${name} WITH (FORCE)`);
    }
  }
}

/** A database and what runs on it. */
export class TierCopy {
  readonly #stack: BenchStack;
  readonly #name: string;
  readonly #service: StatefulServiceName;
  readonly #processes: ServiceProcess[] = [];
  /** The administrator's connections. */
  readonly pool: pg.Pool;
  /** Before the names of the topics of this copy. */
  readonly topicPrefix: string;

  constructor(stack: BenchStack, name: string, service: StatefulServiceName) {
    this.#stack = stack;
    this.#name = name;
    this.#service = service;
    this.topicPrefix = `${name}.`;
    this.pool = new pg.Pool({ connectionString: withDatabase(stack.databaseUrl, name), max: 4 });
    // The database is dropped when the copy is closed, perhaps before the server has seen the last connection end.
    this.pool.on('error', () => undefined);
  }

  /** As the service's processes connect. */
  get runningUrl(): string {
    const url = withDatabase(this.#stack.databaseUrl, this.#name);
    return asRole(url, serviceRoles(this.#service).running, passwordOf(this.#service, url, process.env));
  }

  async withClient<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    try {
      return await work(client);
    } finally {
      client.release();
    }
  }

  makeTopics(): Promise<unknown> {
    return ensureTopics({ brokers: this.#stack.brokers, prefix: this.topicPrefix });
  }

  /** A process of the service on this database, ready. */
  start(roles: string, env: NodeJS.ProcessEnv = {}): Promise<ServiceProcess> {
    return this.startService(this.#service, {
      ...env,
      DATABASE_URL: this.runningUrl,
      LAUREL_TOPIC_PREFIX: this.topicPrefix,
      LAUREL_ROLES: roles,
    });
  }

  async startService(service: ServiceName, env: NodeJS.ProcessEnv): Promise<ServiceProcess> {
    const port = await freePort();
    const log = createWriteStream(join(this.#stack.directory, 'logs', `${this.#name}-${service}.log`));
    const started = startServiceProcess({
      service,
      port,
      env: {
        ...this.#stack.environmentOf(service),
        LOG_LEVEL: 'warn',
        [`${service.toUpperCase().replaceAll('-', '_')}_PORT`]: String(port),
        ...env,
      },
      onLine: (line) => log.write(`${line}\n`),
      records: new ProcessRecords(this.#stack.directory),
    });
    this.#processes.push(started);
    const deadline = performance.now() + READY_WITHIN_MS;
    while (!(await isReady(started))) {
      if (!started.isRunning() || performance.now() > deadline)
        throw new Error(`${service} did not start: ${log.path}`);
      await pause(50);
    }
    return started;
  }

  async close(): Promise<void> {
    await Promise.all(this.#processes.map((started) => started.stop(5_000)));
    await this.pool.end();
  }
}

/** In the template, where the running role has no right to connect yet: the administrator makes them. */
async function makeOutboxDays(url: string, service: StatefulServiceName): Promise<void> {
  const { schema } = serviceRoles(service);
  const dataSource = await new DataSource(dataSourceOptions({ url, schema, poolSize: 1 })).initialize();
  await ensureOutboxPartitions(new Database(dataSource), schema);
  await dataSource.destroy();
}
