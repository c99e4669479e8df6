import type { NewEvent } from '#libs/contracts';

/** A CloudEvents 1.0 envelope in structured mode: what stands in the Kafka record's value. */
export interface Envelope {
  readonly specversion: '1.0';
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly subject: string;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly clientid: string;
  readonly aggregateid: string;
  readonly aggregateversion: number;
  readonly traceparent?: string;
  readonly data: unknown;
}

/** The one header of every record. */
export const ENVELOPE_HEADERS = { 'content-type': 'application/cloudevents+json' } as const;

export function encodeEnvelope(made: {
  event: NewEvent;
  id: string;
  time: string;
  source: string;
  traceparent: string | undefined;
}): string {
  const { event } = made;
  const envelope: Envelope = {
    specversion: '1.0',
    id: made.id,
    type: event.definition.type,
    source: made.source,
    subject: event.subject,
    time: made.time,
    datacontenttype: 'application/json',
    clientid: event.clientId,
    aggregateid: event.aggregateId,
    aggregateversion: event.aggregateVersion,
    ...(made.traceparent === undefined ? {} : { traceparent: made.traceparent }),
    data: event.data,
  };
  return JSON.stringify(envelope);
}
