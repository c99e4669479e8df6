import type { ClientId } from '#libs/kernel';
import type { Database, Transaction } from '#libs/persistence';
import { inLinkedSpan } from '../envelope/trace-context.ts';
import { inConsumerLane, lockConsumerLane } from '../outbox/lanes.ts';
import { ParkedQueue } from '../parking/parked-queue.ts';
import type { RegisteredConsumer } from './consumer-registry.ts';
import { keyOfDelivery, type Delivery } from './delivery.ts';
import { eventBatch } from './event-batch.ts';
import { Guards, type SeenOfSync } from './guards.ts';
import { planChunk, type ChunkPlan } from './plan-chunk.ts';

export interface Chunk {
  readonly consumer: RegisteredConsumer;
  readonly partition: number;
  /** Of this consumer's event type, in the order of their offsets. */
  readonly deliveries: readonly Delivery[];
}

export interface AppliedChunk {
  readonly handled: number;
  readonly setAside: number;
  readonly gaps: number;
}

/** Brings one chunk to one consumer in one transaction: guards, parked keys, handler, sync counts. */
export class ChunkApplier {
  readonly #guards: Guards;
  readonly #queue: ParkedQueue;

  constructor(schema: string) {
    this.#guards = new Guards(schema);
    this.#queue = new ParkedQueue(schema);
  }

  /** @returns once it is committed */
  apply(database: Database, chunk: Chunk): Promise<AppliedChunk> {
    const [clientId, other] = new Set(chunk.deliveries.map((delivery) => delivery.event.clientId as ClientId));
    return inConsumerLane(database, chunk, other === undefined ? clientId : undefined, (tx) => this.#apply(tx, chunk));
  }

  async #apply(tx: Transaction, chunk: Chunk): Promise<AppliedChunk> {
    const { consumer, deliveries } = chunk;
    const parked = await this.#queue.parkedAmong(tx, consumer.name, deliveries);
    const plan = await this.#plan(tx, chunk, new Set(parked.keys()));
    const added = await this.#setAside(tx, chunk, plan, parked);
    await this.#guards.recordGaps(tx, consumer.name, plan.gaps);
    await handle(tx, consumer, plan.apply);
    await this.#guards.countSeen(tx, chunk.partition, seenOfSyncs(consumer, [...plan.apply, ...added]));
    return { handled: plan.apply.length, setAside: added.length, gaps: plan.gaps.length };
  }

  /**
   * Brings events that wait behind a parked key to its consumer. They were counted when they were set aside.
   * @returns the reason to park the key again, and which events came through before it
   */
  async replay(tx: Transaction, chunk: Chunk): Promise<{ done: readonly Delivery[]; parkAgain: string | undefined }> {
    const { consumer } = chunk;
    await lockConsumerLane(tx, consumer, chunk.partition);
    const plan = await this.#plan(tx, chunk, new Set());
    await this.#guards.correct(tx, consumer.name, plan.corrections);
    await this.#guards.recordGaps(tx, consumer.name, plan.gaps);
    await handle(tx, consumer, plan.apply);
    const waiting = new Set(plan.setAside);
    return {
      done: chunk.deliveries.filter((delivery) => !waiting.has(delivery)),
      parkAgain: [...plan.park.values()][0],
    };
  }

  /** Parks the key of a single event that its handler can not take, and sets the event aside as the first of its queue. */
  async park(tx: Transaction, chunk: Chunk, reason: string): Promise<void> {
    const { consumer, partition, deliveries } = chunk;
    await lockConsumerLane(tx, consumer, partition);
    for (const delivery of deliveries) {
      const parkedId = await this.#queue.park(tx, {
        consumer: consumer.name,
        nature: consumer.definition.nature,
        delivery,
        reason,
      });
      const added = await this.#queue.setAside(tx, identity(consumer), [{ parkedId, delivery }]);
      // another process may have handled the event since: then nothing waits, and the key must not stay parked
      await this.#queue.unparkEmpty(tx, parkedId);
      await this.#guards.countSeen(tx, partition, seenOfSyncs(consumer, added));
    }
  }

  async #plan(tx: Transaction, chunk: Chunk, parkedKeys: ReadonlySet<string>): Promise<ChunkPlan> {
    const { name, definition } = chunk.consumer;
    const free =
      parkedKeys.size === 0
        ? chunk.deliveries
        : chunk.deliveries.filter((delivery) => !parkedKeys.has(keyOfDelivery(delivery)));
    const isFact = definition.nature === 'fact';
    const guards = {
      versionBefore: isFact ? new Map<string, number>() : await this.#guards.claimVersions(tx, name, free),
      claimed: isFact
        ? await this.#guards.claimFacts(
            tx,
            name,
            free.map((delivery) => delivery.event.id),
          )
        : new Set<string>(),
    };
    return planChunk(definition.nature, chunk.deliveries, parkedKeys, guards);
  }

  async #setAside(tx: Transaction, chunk: Chunk, plan: ChunkPlan, parked: Map<string, string>): Promise<Delivery[]> {
    const { consumer } = chunk;
    await this.#guards.correct(tx, consumer.name, plan.corrections);
    for (const [key, reason] of plan.park) {
      const delivery = plan.setAside.find((waiting) => keyOfDelivery(waiting) === key);
      if (delivery === undefined) continue;
      parked.set(
        key,
        await this.#queue.park(tx, { consumer: consumer.name, nature: consumer.definition.nature, delivery, reason }),
      );
    }
    const waiting = plan.setAside.flatMap((delivery) => {
      const parkedId = parked.get(keyOfDelivery(delivery));
      return parkedId === undefined ? [] : [{ parkedId, delivery }];
    });
    return this.#queue.setAside(tx, identity(consumer), waiting);
  }
}

function identity(consumer: RegisteredConsumer) {
  return { name: consumer.name, nature: consumer.definition.nature };
}

/** The handler once for each client, with its tenant set, in the order in which the clients appear. */
async function handle(tx: Transaction, consumer: RegisteredConsumer, deliveries: readonly Delivery[]): Promise<void> {
  const byClient = Map.groupBy(deliveries, (delivery) => delivery.event.clientId);
  for (const [clientId, ofClient] of byClient) {
    const tenant = await tx.enterTenant(clientId as ClientId);
    const events = ofClient.map((delivery) => delivery.event);
    await inLinkedSpan(
      consumer.name,
      events.map((event) => event.traceparent),
      () => consumer.instance.handle(eventBatch(events), tenant),
    );
  }
}

function seenOfSyncs(consumer: RegisteredConsumer, deliveries: readonly Delivery[]): SeenOfSync[] {
  if (!consumer.definition.countedBySync) return [];
  return deliveries.map(({ event }) => ({
    clientId: event.clientId,
    sequence: (event.data as { syncSequence: number }).syncSequence,
  }));
}
