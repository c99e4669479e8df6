import { CATALOGUE, PARTITIONS, TOPICS } from '#libs/contracts';
import { contractOf } from './contract-files.ts';

/** The AsyncAPI 3 document of everything that the services publish. */
export function asyncApi(version: string): object {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Laurel events',
      version,
      description:
        'CloudEvents 1.0 in structured mode: one header, content-type: application/cloudevents+json, and the envelope ' +
        'in the value. The key is <clientid>:<aggregateid>; order is kept among the events of a key. Topics do not ' +
        'expire: read them from the beginning. No event carries a handle, a name, an address or an account.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/cloudevents+json',
    channels: Object.fromEntries(TOPICS.map((topic) => [channelId(topic), channel(topic)])),
    operations: Object.fromEntries(CATALOGUE.flatMap(publications)),
    components: {
      messages: Object.fromEntries(CATALOGUE.map(({ event }) => [event.type, message(event.type)])),
      schemas: {
        envelope: ENVELOPE,
        ...Object.fromEntries(CATALOGUE.map(({ event }) => [event.type, contractOf(event).data])),
      },
    },
  };
}

function channelId(topic: string): string {
  return topic.replace('laurel.', '');
}

function channel(topic: string): object {
  const events = CATALOGUE.filter(({ event }) => event.topic === topic);
  return {
    address: topic,
    messages: Object.fromEntries(
      events.map(({ event }) => [event.type, { $ref: `#/components/messages/${event.type}` }]),
    ),
    bindings: { kafka: { topic, partitions: PARTITIONS, bindingVersion: '0.5.0' } },
  };
}

function publications({ publisher, event }: (typeof CATALOGUE)[number]): [string, object][] {
  const channelRef = `#/channels/${channelId(event.topic)}`;
  return publisher.split(', ').map((service) => [
    `${service} publishes ${event.type}`,
    {
      action: 'send',
      channel: { $ref: channelRef },
      messages: [{ $ref: `${channelRef}/messages/${event.type}` }],
      tags: [{ name: service }],
    },
  ]);
}

function message(type: string): object {
  const event = CATALOGUE.find((released) => released.event.type === type)?.event;
  return {
    name: type,
    summary: event?.description,
    contentType: 'application/cloudevents+json',
    payload: {
      allOf: [
        { $ref: '#/components/schemas/envelope' },
        {
          type: 'object',
          properties: { type: { const: type }, data: { $ref: `#/components/schemas/${type}` } },
        },
      ],
    },
    bindings: { kafka: { key: { type: 'string', description: '<clientid>:<aggregateid>' }, bindingVersion: '0.5.0' } },
  };
}

const UUID = { type: 'string', format: 'uuid' };

const ENVELOPE = {
  type: 'object',
  required: [
    'aggregateid',
    'aggregateversion',
    'clientid',
    'data',
    'datacontenttype',
    'id',
    'source',
    'specversion',
    'subject',
    'time',
    'type',
  ],
  properties: {
    specversion: { const: '1.0' },
    id: { ...UUID, description: 'the same on every redelivery' },
    type: { type: 'string' },
    source: { type: 'string', description: 'laurel/<service>' },
    subject: { type: 'string', description: 'what aggregateversion counts' },
    time: { type: 'string', format: 'date-time', description: 'when its transaction wrote it, UTC' },
    datacontenttype: { const: 'application/json' },
    clientid: UUID,
    aggregateid: { type: 'string', description: 'the second half of the key' },
    aggregateversion: { type: 'integer', minimum: 1, description: 'gapless per type and subject' },
    traceparent: { type: 'string', description: 'W3C trace context' },
    data: { type: 'object' },
  },
};
