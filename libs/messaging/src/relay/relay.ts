import { Inject, Injectable } from '@nestjs/common';
import { Database } from '#libs/persistence';
import { MESSAGING_OPTIONS, type MessagingOptions } from '../messaging-options.ts';
import { OUTBOX_SHARDS } from '../outbox/outbox.ts';
import { pause } from '../runner/backoff.ts';
import { PageSender } from './page-sender.ts';
import { ShardRelay } from './shard-relay.ts';

const STOP_WITHIN_MS = 5000;

/** Publishes the service's outbox. Any number of processes may run it: of each shard one leads, the others stand by. */
@Injectable()
export class Relay {
  readonly #shards: readonly ShardRelay[];

  constructor(@Inject(MESSAGING_OPTIONS) options: MessagingOptions, database: Database) {
    const { url } = database.dataSource.options as { url?: string };
    if (url === undefined) throw new Error('the relay connects by url');
    this.#shards = Array.from(
      { length: OUTBOX_SHARDS },
      (_, shard) => new ShardRelay({ url, schema: options.schema, shard }, new PageSender(options)),
    );
  }

  start(): void {
    for (const shard of this.#shards) shard.start();
  }

  /** Finishes the pages in hand; a broker that does not answer is not waited for. */
  async stop(): Promise<void> {
    const stopped = new AbortController();
    const all = Promise.all(this.#shards.map((shard) => shard.stop())).finally(() => stopped.abort());
    await Promise.race([all, pause(STOP_WITHIN_MS, stopped.signal)]);
  }

  /** Of this process, since it began. */
  get published(): number {
    return this.#shards.reduce((sum, shard) => sum + shard.published, 0);
  }

  get leads(): number {
    return this.#shards.filter((shard) => shard.isLeading).length;
  }
}
