import type { ClientId } from '#libs/kernel';
import { lockLaneNumbers } from '#libs/messaging';
import { Database, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { DueWorkRepository } from '../persistence/due-work.repository.ts';
import { MakeDueSteps } from './make-due-steps.ts';
import { NoteCorrections } from './note-corrections.ts';
import { ScheduleBoosts } from './schedule-boosts.ts';

/** Boosts, or sales, of one transaction at most: writers stay under a second. */
const CHUNK = 2_500;

/**
 * Makes the steps that complete syncs have made due: scheduled boosts are activated, active ones expire, claims that
 * waited get the slot that is free by that, and readings are held against later files of their date. What is due follows
 * from the state and the syncs reached so far, so a claim that arrives late, or a creator released from a parked key,
 * goes through the same steps at the same syncs, in order.
 */
@Injectable()
export class MoveDueBoosts {
  readonly #database: Database;
  readonly #work: DueWorkRepository;
  readonly #makeDueSteps: MakeDueSteps;
  readonly #scheduleBoosts: ScheduleBoosts;
  readonly #noteCorrections: NoteCorrections;

  constructor(
    database: Database,
    work: DueWorkRepository,
    makeDueSteps: MakeDueSteps,
    scheduleBoosts: ScheduleBoosts,
    noteCorrections: NoteCorrections,
  ) {
    this.#database = database;
    this.#work = work;
    this.#makeDueSteps = makeDueSteps;
    this.#scheduleBoosts = scheduleBoosts;
    this.#noteCorrections = noteCorrections;
  }

  /** Until nothing of the client is due. @returns how many steps it made, apart from those that follow at once */
  async execute(clientId: ClientId): Promise<number> {
    let moved = 0;
    for (;;) {
      const lanes = await this.#database.inTenant(clientId, (tx) => this.#work.lanes(tx));
      if (lanes.length === 0) return moved;
      for (const lane of lanes) moved += await this.#database.inTenant(clientId, (tx) => this.#workIn(lane, tx));
    }
  }

  async #workIn(lane: number, tx: TenantTransaction): Promise<number> {
    await lockLaneNumbers(tx, [lane]);
    const { made, readBeforeFurtherFiles } = await this.#makeDueSteps.execute(lane, CHUNK, tx);
    await this.#scheduleBoosts.takeUpWaiting(lane, tx);
    await this.#noteCorrections.execute(lane, { readBeforeFurtherFiles, limit: CHUNK }, tx);
    return made;
  }
}
