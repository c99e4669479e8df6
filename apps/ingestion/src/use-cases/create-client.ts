import { ClientCreatedV1, LaurelError, newEvent } from '#libs/contracts';
import { CLOCK, type Clock } from '#libs/kernel';
import { keyOf, Outbox } from '#libs/messaging';
import { Database } from '#libs/persistence';
import { Answer, Idempotency, type IdempotentCall } from '#libs/service-kit';
import { Inject, Injectable } from '@nestjs/common';
import { ClientRepository } from '../persistence/client.repository.ts';

/** Makes a client: its place in the operators' list, and the event on which the services make room for it. */
@Injectable()
export class CreateClient {
  readonly #database: Database;
  readonly #idempotency: Idempotency;
  readonly #clients: ClientRepository;
  readonly #outbox: Outbox;
  readonly #clock: Clock;

  constructor(
    database: Database,
    idempotency: Idempotency,
    clients: ClientRepository,
    outbox: Outbox,
    @Inject(CLOCK) clock: Clock,
  ) {
    this.#database = database;
    this.#idempotency = idempotency;
    this.#clients = clients;
    this.#outbox = outbox;
    this.#clock = clock;
  }

  async execute(call: IdempotentCall, wanted: { name: string; slug: string }): Promise<Answer> {
    const id = await this.#database.inTransaction((tx) => this.#clients.nextId(tx));
    return this.#idempotency.run(call, [keyOf(id, id)], async (tx) => {
      const client = { id, name: wanted.name, slug: wanted.slug };
      if (!(await this.#clients.add(client, tx))) {
        throw new LaurelError('client.slug_taken', `the slug ${wanted.slug} is taken`);
      }
      const data = { createdAt: this.#clock.now().toISOString() };
      const identified = { clientId: id, aggregateId: id, subject: id, aggregateVersion: 1 };
      await this.#outbox.append(tx, [newEvent(ClientCreatedV1, { ...identified, data })]);
      return new Answer(201, client, { Location: `/v1/clients/${id}` });
    });
  }
}
