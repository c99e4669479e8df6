import { Logger } from '@nestjs/common';
import { Backoff, pause } from '../runner/backoff.ts';
import { describeError } from '../runner/faults.ts';
import { cutPage } from './cut-page.ts';
import { ShardLeader, type OutboxRow } from './shard-leader.ts';

const PAGE_ROWS = 1000;
/** A shard that has just published is looked at often; one that rests costs a look ten times a second. */
const IDLE_MS = { from: 25, to: 100 };
const CAMPAIGN_MS = 300;

export interface ShardRelayOptions {
  readonly url: string;
  readonly schema: string;
  readonly shard: number;
}

/** What a relay needs of the broker: resolves when every row is acknowledged. */
export interface RowSender {
  send(rows: readonly OutboxRow[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * Publishes one shard while it leads it. The cursor moves after the acknowledgement, so a relay that dies at any
 * instruction repeats at most one page; a page that can not be sent is tried again, never passed over.
 */
export class ShardRelay {
  readonly #options: ShardRelayOptions;
  readonly #sender: RowSender;
  readonly #logger = new Logger('Relay');
  readonly #stopping = new AbortController();
  #loop: Promise<void> | undefined;
  /** Of this process, since it began. */
  published = 0;
  isLeading = false;

  constructor(options: ShardRelayOptions, sender: RowSender) {
    this.#options = options;
    this.#sender = sender;
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** Finishes the page in hand. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
    await this.#sender.close();
  }

  async #run(): Promise<void> {
    const backoff = new Backoff();
    while (!this.#stopping.signal.aborted) {
      try {
        const leader = await ShardLeader.campaign(this.#options.url, this.#options.schema, this.#options.shard);
        if (leader === undefined) await pause(CAMPAIGN_MS * (0.5 + Math.random()), this.#stopping.signal);
        else await this.#lead(leader, () => backoff.reset());
      } catch (error) {
        const waitMs = backoff.nextMs();
        this.#logger.warn(`shard ${this.#options.shard} waits ${waitMs} ms: ${describeError(error)}`);
        await pause(waitMs, this.#stopping.signal);
      }
    }
  }

  /** @returns false when the shard has another leader */
  async #publish(leader: ShardLeader, rows: readonly OutboxRow[]): Promise<boolean> {
    const last = rows.at(-1);
    if (last === undefined) return true;
    await this.#sender.send(rows);
    if (!(await leader.moveTo(last, rows.length))) {
      this.#logger.warn(`shard ${this.#options.shard} has another leader: stepping down`);
      return false;
    }
    this.published += rows.length;
    return true;
  }

  async #lead(leader: ShardLeader, onProgress: () => void): Promise<void> {
    this.isLeading = true;
    let idleMs = IDLE_MS.from;
    try {
      while (!this.#stopping.signal.aborted) {
        const rows = await leader.nextPage(PAGE_ROWS);
        if (rows.length === 0) {
          await pause(idleMs, this.#stopping.signal);
          idleMs = Math.min(IDLE_MS.to, idleMs + 5);
          continue;
        }
        for (const part of cutPage(rows)) {
          if (await this.#publish(leader, part)) onProgress();
          else return;
        }
        idleMs = IDLE_MS.from;
        if (rows.length < PAGE_ROWS) await pause(IDLE_MS.from, this.#stopping.signal);
      }
    } finally {
      this.isLeading = false;
      await leader.resign();
    }
  }
}
