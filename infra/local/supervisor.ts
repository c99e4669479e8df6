import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ServiceName } from '#libs/contracts';
import { shownLine } from './log-lines.ts';
import type { ProcessRecords } from './process-records.ts';
import { isReady, startServiceProcess, type ServiceProcess } from './service-process.ts';
import { StartupError } from './startup-error.ts';

export interface SupervisorOptions {
  readonly dataDirectory: string;
  readonly records: ProcessRecords;
  readonly report: (line: string) => void;
}

export interface SupervisedService {
  readonly service: ServiceName;
  readonly port: number;
  readonly env: NodeJS.ProcessEnv;
}

/** A service that ends this often before it has ever been ready will not be. */
const HOPELESS_AFTER = 3;
const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 10_000;
/** A process that lived this long has recovered: its next crash is its first. */
const STEADY_AFTER_MS = 30_000;
const READY_WITHIN_MS = 60_000;
/** Services have 10 s to leave; Kafka and Postgres must fit into what is left of 15. */
const STOP_GRACE_MS = 9_500;

/** Keeps one process per service alive: started again after a crash, with a growing pause, until told to stop. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #running = new Map<ServiceName, ServiceProcess>();
  readonly #crashes = new Map<ServiceName, number>();
  readonly #loops: Promise<void>[] = [];
  readonly #stopping = new AbortController();

  constructor(options: SupervisorOptions) {
    this.#options = options;
    mkdirSync(join(options.dataDirectory, 'logs'), { recursive: true });
  }

  /** Starts them all. @throws StartupError when one is not ready in a minute or keeps ending */
  async start(services: readonly SupervisedService[]): Promise<void> {
    for (const service of services) this.#loops.push(this.#keepAlive(service));
    await Promise.all(services.map(({ service }) => this.#untilReady(service)));
  }

  /** SIGTERM to all, SIGKILL to those that do not leave. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([...this.#running.values()].map((process_) => process_.stop(STOP_GRACE_MS)));
    await Promise.all(this.#loops);
  }

  async #keepAlive(service: SupervisedService): Promise<void> {
    const log = createWriteStream(join(this.#options.dataDirectory, 'logs', `${service.service}.log`), { flags: 'a' });
    let backoffMs = FIRST_BACKOFF_MS;
    while (!this.#stopping.signal.aborted) {
      const startedAt = performance.now();
      const how = await this.#run(service, log);
      if (this.#stopping.signal.aborted) break;
      if (performance.now() - startedAt > STEADY_AFTER_MS) backoffMs = FIRST_BACKOFF_MS;
      this.#crashes.set(service.service, (this.#crashes.get(service.service) ?? 0) + 1);
      this.#options.report(`[${service.service}] ended (${how}), starting again in ${backoffMs / 1_000} s`);
      await this.#pause(backoffMs);
      backoffMs = Math.min(backoffMs * 2, LONGEST_BACKOFF_MS);
    }
    log.end();
  }

  async #run({ service, port, env }: SupervisedService, log: WriteStream): Promise<string> {
    const onLine = (line: string): void => {
      log.write(`${line}\n`);
      const shown = shownLine(service, line);
      if (shown !== undefined) this.#options.report(shown);
    };
    const process_ = startServiceProcess({ service, port, env, onLine, records: this.#options.records });
    this.#running.set(service, process_);
    const how = await process_.exited;
    this.#running.delete(service);
    return how;
  }

  async #untilReady(service: ServiceName): Promise<void> {
    const deadline = performance.now() + READY_WITHIN_MS;
    for (;;) {
      const process_ = this.#running.get(service);
      if (process_ !== undefined && (await isReady(process_))) return;
      if (this.#stopping.signal.aborted) throw new StartupError('stopped while starting');
      const hopeless = (this.#crashes.get(service) ?? 0) >= HOPELESS_AFTER;
      if (hopeless || performance.now() > deadline) {
        const log = join(this.#options.dataDirectory, 'logs', `${service}.log`);
        throw new StartupError(`${service} does not get ready; its log: ${log}`);
      }
      await this.#pause(50);
    }
  }

  /** Ends early when told to stop. */
  async #pause(ms: number): Promise<void> {
    const { signal } = this.#stopping;
    try {
      await pause(ms, undefined, { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}
