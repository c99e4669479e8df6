import { setTimeout as delay } from 'node:timers/promises';
import { inBackground } from '#libs/persistence';
import { Injectable, Logger } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { Metrics } from '../observability/metrics.ts';
import { RECONCILER_METADATA, type Reconciler, type ReconcilerOptions } from './reconciles.ts';

interface Loop {
  readonly options: ReconcilerOptions;
  readonly reconciler: Reconciler;
}

const MAX_BACKOFF_MS = 15_000;

/** Runs the reconcilers of the process: each in a loop of its own, so that none overlaps itself or waits for another. */
@Injectable()
export class ReconcilerLoops {
  readonly #discovery: DiscoveryService;
  readonly #metrics: Metrics;
  readonly #logger = new Logger('reconcilers');
  readonly #stop = new AbortController();
  #running: readonly Promise<void>[] = [];

  constructor(discovery: DiscoveryService, metrics: Metrics) {
    this.#discovery = discovery;
    this.#metrics = metrics;
  }

  /** Runs those that must have run before anything else does. @throws what they throw: the process does not start. */
  async runAtBoot(): Promise<void> {
    for (const { options, reconciler } of this.#loops()) {
      if (options.atBoot !== true) continue;
      while (await reconciler.runOnce());
    }
  }

  start(): void {
    this.#running = this.#loops().map((loop) => inBackground(() => this.#run(loop)));
  }

  /** Lets every run that is under way finish. Calls nothing afterwards. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running);
  }

  async #run(loop: Loop): Promise<void> {
    const { everyMs } = loop.options;
    for (let failures = 0; !this.#stop.signal.aborted;) {
      const outcome = await this.#attempt(loop);
      failures = outcome === 'failed' ? failures + 1 : 0;
      if (outcome === 'worked') continue;
      await this.#pause(failures === 0 ? everyMs : backoffMs(everyMs, failures));
    }
  }

  async #attempt({ options, reconciler }: Loop): Promise<'worked' | 'idle' | 'failed'> {
    const reconcilerName = { reconciler: options.name };
    const begun = performance.now();
    try {
      const worked = await reconciler.runOnce();
      if (worked) this.#metrics.reconcilerSeconds.observe(reconcilerName, (performance.now() - begun) / 1_000);
      this.#metrics.reconcilerRuns.inc({ ...reconcilerName, outcome: worked ? 'worked' : 'idle' });
      this.#metrics.reconcilerFailing.set(reconcilerName, 0);
      return worked ? 'worked' : 'idle';
    } catch (error) {
      this.#metrics.reconcilerRuns.inc({ ...reconcilerName, outcome: 'failed' });
      this.#metrics.reconcilerFailing.set(reconcilerName, 1);
      this.#logger.error({ err: error, ...reconcilerName }, 'a reconciler failed and will be called again');
      return 'failed';
    }
  }

  /** Not `unref`ed: a pause is part of the process's work. Ends early when the process is told to stop. */
  async #pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#stop.signal }).catch((error: unknown) => {
      if (!this.#stop.signal.aborted) throw error;
    });
  }

  #loops(): Loop[] {
    return this.#discovery.getProviders().flatMap((provider) => {
      const { metatype, instance } = provider as { metatype: unknown; instance: unknown };
      if (typeof metatype !== 'function') return [];
      const options = Reflect.getMetadata(RECONCILER_METADATA, metatype) as ReconcilerOptions | undefined;
      return options === undefined ? [] : [{ options, reconciler: instance as Reconciler }];
    });
  }
}

function backoffMs(everyMs: number, failures: number): number {
  const ceiling = Math.min(MAX_BACKOFF_MS, Math.max(everyMs, 250) * 2 ** Math.min(failures, 8));
  return ceiling / 2 + (Math.random() * ceiling) / 2;
}
