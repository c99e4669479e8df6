import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** The numbers of this process. Apps add their own to `registry`; names begin with `laurel_` and end in their unit. */
export class Metrics {
  readonly registry = new Registry();
  readonly service: string;
  readonly requestSeconds: Histogram<'method' | 'route' | 'status'>;
  readonly reconcilerSeconds: Histogram<'reconciler'>;
  readonly reconcilerRuns: Counter<'reconciler' | 'outcome'>;
  readonly reconcilerFailing: Gauge<'reconciler'>;

  constructor(service: string) {
    this.service = service;
    const registers = [this.registry];
    this.registry.setDefaultLabels({ service });
    collectDefaultMetrics({ register: this.registry });
    this.requestSeconds = new Histogram({
      name: 'laurel_http_request_duration_seconds',
      help: 'From the request’s headers to the end of its answer',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60],
      registers,
    });
    this.reconcilerSeconds = new Histogram({
      name: 'laurel_reconciler_run_duration_seconds',
      help: 'One run of a reconciler that found work',
      labelNames: ['reconciler'],
      buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 15],
      registers,
    });
    this.reconcilerRuns = new Counter({
      name: 'laurel_reconciler_runs_total',
      help: 'Runs by outcome: worked, idle, failed',
      labelNames: ['reconciler', 'outcome'],
      registers,
    });
    this.reconcilerFailing = new Gauge({
      name: 'laurel_reconciler_failing',
      help: '1 while the latest run failed',
      labelNames: ['reconciler'],
      registers,
    });
  }
}
