import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { SERVICES, TOPICS, type NewEvent, type ServiceName } from '#libs/contracts';
import {
  createTestDatabase,
  createTestTopics,
  eventually,
  startService,
  testSigner,
  type RunningService,
  type TestDatabase,
  type TestSigner,
  type TestTopics,
} from '#libs/testing';
import { ApiClient } from '../../infra/demo/api-client.ts';

const STATEFUL = ['ingestion', 'tier-evaluation', 'redemption', 'commission-boost'] as const;

export interface RunningOptions {
  readonly tierEvaluations?: number;
  readonly env?: NodeJS.ProcessEnv;
  /** Every line that any process writes, as it comes, until it is gone. */
  readonly onLine?: (line: string) => void;
}

/**
 * The whole of Laurel as an operator would run it: its own database and topics, every service a process of its own,
 * reached through the gateway alone.
 */
export class RunningLaurel {
  readonly database: TestDatabase;
  readonly #topics: TestTopics;
  readonly #signer: TestSigner;
  readonly #ports: Record<ServiceName, number>;
  readonly #processes = new Map<string, RunningService>();
  readonly #options: RunningOptions;

  private constructor(
    database: TestDatabase,
    topics: TestTopics,
    signer: TestSigner,
    ports: Record<ServiceName, number>,
    options: RunningOptions,
  ) {
    this.database = database;
    this.#topics = topics;
    this.#signer = signer;
    this.#ports = ports;
    this.#options = options;
  }

  static async start(options: RunningOptions = {}): Promise<RunningLaurel> {
    const names = Object.keys(SERVICES) as ServiceName[];
    const ports = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await freePort()] as const)));
    const [database, topics] = await Promise.all([createTestDatabase(...STATEFUL), createTestTopics()]);
    const named = ports as Record<ServiceName, number>;
    const laurel = new RunningLaurel(database, topics, testSigner(), named, options);
    await Promise.all(names.map((name) => laurel.#run(name, name)));
    for (let copy = 2; copy <= (options.tierEvaluations ?? 1); copy++) await laurel.addTierEvaluation(copy);
    return laurel;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#ports.gateway}`;
  }

  /** Another process of the same service, beside those that run. */
  async addTierEvaluation(copy: number): Promise<void> {
    await this.#run(`tier-evaluation-${copy}`, 'tier-evaluation', await freePort());
  }

  /** The processes that run, by name. */
  get processes(): string[] {
    return [...this.#processes.keys()];
  }

  /** `kill -9` and a new process in its place: what it had begun must be found and finished. */
  async killAndRestart(name: string): Promise<void> {
    const process = this.#processes.get(name);
    if (process === undefined) throw new Error(`${name} does not run`);
    await process.kill('SIGKILL');
    const service = (name in SERVICES ? name : 'tier-evaluation') as ServiceName;
    await this.#run(name, service, name in SERVICES ? this.#ports[service] : await freePort());
  }

  async operator(): Promise<ApiClient> {
    return new ApiClient(this.url, await this.#signer.token({ role: 'operator', sub: 'operator' }));
  }

  async admin(clientId: string): Promise<ApiClient> {
    return new ApiClient(this.url, await this.#signer.token({ role: 'admin', clientId, sub: 'admin' }));
  }

  async creator(clientId: string, creatorId: string): Promise<ApiClient> {
    return new ApiClient(this.url, await this.#signer.token({ role: 'creator', clientId, sub: creatorId }));
  }

  /** What a system beside Laurel publishes. */
  async hear(events: readonly NewEvent[]): Promise<void> {
    await this.#topics.publish(events);
  }

  /** Every record of every topic. */
  async records(): Promise<string> {
    const read = await Promise.all(TOPICS.map((topic) => this.#topics.read(topic)));
    return JSON.stringify(read);
  }

  /** Waits until nothing is left to happen by itself. */
  async settled(timeoutMs = 120_000): Promise<void> {
    const operator = await this.operator();
    await eventually(async () => (await operator.get<{ settled: boolean }>('/v1/ops/status')).settled, {
      timeoutMs,
      describe: async () => `not settled: ${JSON.stringify(await operator.get('/v1/ops/status'))}`,
    });
  }

  /** What they have recorded of traces is delivered by then. */
  async stopProcesses(): Promise<void> {
    await Promise.all([...this.#processes.values()].map((process) => process.stop()));
  }

  async stop(): Promise<void> {
    await this.stopProcesses();
    await this.#topics.remove();
    await this.database.drop();
  }

  async #run(name: string, service: ServiceName, port = this.#ports[service]): Promise<void> {
    const upstreams = Object.fromEntries(
      STATEFUL.map((upstream) => [`${constantCase(upstream)}_URL`, `http://127.0.0.1:${this.#ports[upstream]}`]),
    );
    const env = {
      ...this.#options.env,
      [`${constantCase(service)}_PORT`]: String(port),
      ...(service === 'gateway' ? upstreams : {}),
    };
    const { onLine } = this.#options;
    const around = { database: this.database, topics: this.#topics, env };
    this.#processes.set(name, await startService(service, { ...around, ...(onLine && { onLine }) }));
  }
}

function constantCase(name: string): string {
  return name.replaceAll('-', '_').toUpperCase();
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
