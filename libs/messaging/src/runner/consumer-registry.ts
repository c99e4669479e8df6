import { DiscoveryService } from '@nestjs/core';
import { Injectable } from '@nestjs/common';
import { CATALOGUE, type EventDefinition } from '#libs/contracts';
import { CONSUMER_METADATA, type ConsumerDeclaration, type EventConsumer } from './consumes.ts';

export interface RegisteredConsumer {
  readonly name: string;
  readonly definition: EventDefinition;
  readonly appends: boolean;
  readonly mostEvents: number;
  readonly instance: EventConsumer;
}

/** The consumers of this service: every provider of any of its modules that is declared with `@Consumes`. */
@Injectable()
export class ConsumerRegistry {
  readonly #discovery: DiscoveryService;
  #consumers: readonly RegisteredConsumer[] | undefined;

  constructor(discovery: DiscoveryService) {
    this.#discovery = discovery;
  }

  /** @throws Error when two consumers share a name, or two count the same sync */
  all(): readonly RegisteredConsumer[] {
    this.#consumers ??= checked(this.#find());
    return this.#consumers;
  }

  topics(): string[] {
    return [...new Set(this.all().map((consumer) => consumer.definition.topic))].sort();
  }

  ofTopic(topic: string): RegisteredConsumer[] {
    return this.all().filter((consumer) => consumer.definition.topic === topic);
  }

  byName(name: string): RegisteredConsumer | undefined {
    return this.all().find((consumer) => consumer.name === name);
  }

  /** The event versions that this service can name: the catalogue's and its consumers'. */
  definitions(): Map<string, EventDefinition> {
    const known = [...CATALOGUE.map(({ event }) => event), ...this.all().map((consumer) => consumer.definition)];
    return new Map(known.map((definition) => [definition.type, definition]));
  }

  #find(): RegisteredConsumer[] {
    const found: RegisteredConsumer[] = [];
    for (const { metatype, instance } of this.#discovery.getProviders()) {
      const declared = metatype === null || metatype === undefined ? undefined : declarationOf(metatype);
      if (declared === undefined || instance === undefined) continue;
      const { name, definition, appends = true, mostEvents = Infinity } = declared;
      found.push({ name, definition, appends, mostEvents, instance: instance as EventConsumer });
    }
    return found.sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}

/** What `@Consumes` has declared of a class; undefined for any other. */
export function declarationOf(target: object): ConsumerDeclaration | undefined {
  return Reflect.getMetadata(CONSUMER_METADATA, target) as ConsumerDeclaration | undefined;
}

function checked(consumers: RegisteredConsumer[]): RegisteredConsumer[] {
  const instances = new Set(consumers.map((consumer) => consumer.instance));
  const distinct = consumers.filter((consumer) => instances.delete(consumer.instance));
  const names = new Set<string>();
  const counted = new Set<string>();
  for (const { name, definition } of distinct) {
    if (names.has(name)) throw new Error(`two consumers are called ${name}`);
    names.add(name);
    // sync_count has one row a sync and partition: a second counter of the same events would complete syncs half seen
    if (definition.countedBySync && counted.has(definition.type))
      throw new Error(`two consumers count ${definition.type}`);
    counted.add(definition.type);
  }
  return distinct;
}
