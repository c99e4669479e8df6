import type { ClientId } from '#libs/kernel';
import { Watermark } from '#libs/messaging';
import { Database } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { EvaluateDueCheckpoints } from './evaluate-due-checkpoints.ts';
import { MarkSyncApplied } from './mark-sync-applied.ts';

/** Takes a client through the next sync whose events are all seen: reviews what its date made due, then says so. */
@Injectable()
export class ApplyReachedSync {
  readonly #database: Database;
  readonly #watermark: Watermark;
  readonly #evaluate: EvaluateDueCheckpoints;
  readonly #markApplied: MarkSyncApplied;

  constructor(
    database: Database,
    watermark: Watermark,
    evaluate: EvaluateDueCheckpoints,
    markApplied: MarkSyncApplied,
  ) {
    this.#database = database;
    this.#watermark = watermark;
    this.#evaluate = evaluate;
    this.#markApplied = markApplied;
  }

  /** @returns true if a sync was reached, and there may be another */
  async execute(clientId: ClientId): Promise<boolean> {
    const sync = await this.#watermark.advance(clientId);
    if (sync === undefined) return false;
    await this.#evaluate.execute({ clientId, syncId: sync.syncId, date: sync.businessDate });
    await this.#database.inTenant(clientId, (tx) => this.#markApplied.execute(tx, sync));
    return true;
  }
}
