import { randomUUID } from 'node:crypto';
import type { CreatorId } from '#libs/kernel';
import { createTestTopics, startService, testSigner } from '#libs/testing';
import type { RunningService, TestTopics } from '#libs/testing';
import { openRedemptionWorld, type ClientWorld, type RedemptionWorld } from './redemption-world.ts';

export type Json = Record<string, unknown>;
export interface Answered {
  readonly status: number;
  readonly body: Json;
}

/** The service as a process of its own, on a database that the test also works on by its use cases. */
export class HttpWorld {
  readonly world: RedemptionWorld;
  readonly topics: TestTopics;
  #service: RunningService;

  private constructor(world: RedemptionWorld, topics: TestTopics, service: RunningService) {
    this.world = world;
    this.topics = topics;
    this.#service = service;
  }

  static async open(): Promise<HttpWorld> {
    const [world, topics] = await Promise.all([openRedemptionWorld(), createTestTopics()]);
    return new HttpWorld(world, topics, await startService('redemption', { database: world.testDatabase, topics }));
  }

  get url(): string {
    return this.#service.url;
  }

  async close(): Promise<void> {
    await this.#service.stop();
    await this.topics.remove();
    await this.world.testDatabase.drop();
  }

  /** Dead at once, and up again. `meanwhile` runs while there is no service. */
  async killAndRestart(meanwhile: () => Promise<unknown> = () => Promise.resolve()): Promise<void> {
    await this.#service.kill('SIGKILL');
    await meanwhile();
    this.#service = await startService('redemption', { database: this.world.testDatabase, topics: this.topics });
  }

  admin(client: ClientWorld): Promise<string> {
    return testSigner().token({ role: 'admin', clientId: client.clientId });
  }

  creator(client: ClientWorld, creatorId: CreatorId): Promise<string> {
    return testSigner().token({ role: 'creator', clientId: client.clientId, sub: creatorId });
  }

  async send(
    method: string,
    path: string,
    token: string,
    given: { body?: unknown; key?: string; tag?: string } = {},
  ): Promise<Answered> {
    const response = await fetch(`${this.url}/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(given.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(method === 'POST' ? { 'idempotency-key': given.key ?? randomUUID() } : {}),
        ...(given.tag === undefined ? {} : { 'if-match': given.tag }),
      },
      ...(given.body === undefined ? {} : { body: JSON.stringify(given.body) }),
    });
    return { status: response.status, body: (await response.json()) as Json };
  }
}

/** `/value/percent out_of_range`, in the order in which they are told. */
export function faultsOf(answered: Answered): string[] {
  const errors = (answered.body['errors'] ?? []) as Json[];
  return errors.map(({ pointer, code }) => `${String(pointer)} ${String(code)}`);
}
