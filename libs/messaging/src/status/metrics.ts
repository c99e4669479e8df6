import type { RunnerProgress } from '../runner/runner-progress.ts';
import type { MessagingReport } from './messaging-status.ts';

/** One number for `/metrics`, in Prometheus' terms. */
export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export function toMetrics(report: MessagingReport, progress: RunnerProgress): Metric[] {
  return [
    gauge('laurel_outbox_pending', 'Outbox rows not yet published.', report.outboxPending),
    gauge(
      'laurel_outbox_oldest_unpublished_seconds',
      'Age of the oldest outbox row not yet published.',
      report.oldestUnpublishedSeconds,
    ),
    counter('laurel_relay_published_total', 'Events published by the service.', report.published),
    gauge('laurel_parked_keys', 'Keys that wait for an operator.', report.parkedKeys),
    gauge('laurel_parked_records', 'Unreadable records that wait for an operator.', report.parkedRecords),
    ...report.consumers.map(({ topic, lag }) =>
      gauge('laurel_consumer_lag', 'Records not yet committed by the group.', lag, { topic }),
    ),
    ...perLabel('laurel_events_handled_total', 'Events that changed state, by consumer.', 'consumer', progress.handled),
    ...perLabel(
      'laurel_events_set_aside_total',
      'Events put behind a parked key, by consumer.',
      'consumer',
      progress.setAside,
    ),
    ...perLabel('laurel_event_gaps_total', 'Versions that a consumer of states never saw.', 'consumer', progress.gaps),
    ...perLabel(
      'laurel_records_unknown_total',
      'Records of an unknown event version, passed over.',
      'type',
      progress.unknown,
    ),
    counter('laurel_records_unreadable_total', 'Records that could not be read, parked.', progress.unreadable),
    counter('laurel_consumer_retries_total', 'Batches put off for a fault of the infrastructure.', progress.retries),
  ];
}

function gauge(name: string, help: string, value: number, labels: Metric['labels'] = {}): Metric {
  return { name, help, type: 'gauge', labels, value };
}

function counter(name: string, help: string, value: number, labels: Metric['labels'] = {}): Metric {
  return { name, help, type: 'counter', labels, value };
}

function perLabel(name: string, help: string, label: string, values: ReadonlyMap<string, number>): Metric[] {
  return [...values].map(([key, value]) => counter(name, help, value, { [label]: key }));
}
