import type { MessagingStatus } from '#libs/messaging';
import { Logger } from '@nestjs/common';
import { Counter, Gauge, Registry } from 'prom-client';

/**
 * The numbers of the messaging core at this moment, in Prometheus' text. They are read from Postgres and Kafka at every
 * scrape; when those can not be asked, the other numbers of the process must still be had.
 */
export async function messagingMetrics(service: string, status: MessagingStatus): Promise<string> {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  const readable = new Gauge({
    name: 'laurel_messaging_readable',
    help: '1 when the numbers of the messaging core could be read',
    registers: [registry],
  });
  try {
    for (const [name, metrics] of Map.groupBy(await status.metrics(), (metric) => metric.name)) {
      const [first] = metrics;
      if (first === undefined) continue;
      const options = { name, help: first.help, labelNames: Object.keys(first.labels), registers: [registry] };
      const made = first.type === 'gauge' ? new Gauge(options) : new Counter(options);
      for (const { labels, value } of metrics) made.inc(labels, value);
    }
    readable.set(1);
  } catch (error) {
    readable.set(0);
    new Logger('metrics').warn({ err: error }, 'the numbers of the messaging core can not be read');
  }
  return registry.metrics();
}
