import { LaurelError } from '#libs/contracts';
import type { ClientId, SyncId } from '#libs/kernel';
import { Database, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { Program } from '../domain/program/program.ts';
import {
  ImpactRepository,
  type DecisionCount,
  type HeardSync,
  type Movement,
  type WindowsBelow,
} from '../persistence/impact.repository.ts';
import { ProgramRepository } from '../persistence/program.repository.ts';

export interface ImpactReading {
  readonly sync: HeardSync;
  readonly program: Program;
  readonly moved: { readonly up: Movement; readonly down: Movement };
  readonly decisions: readonly DecisionCount[];
  readonly below: WindowsBelow;
}

/** Creators that an answer names; it counts all. */
const NAMED = 10;

/** What a sync did to a client's creators. */
@Injectable()
export class ReadImpact {
  readonly #database: Database;
  readonly #impacts: ImpactRepository;
  readonly #programs: ProgramRepository;

  constructor(database: Database, impacts: ImpactRepository, programs: ProgramRepository) {
    this.#database = database;
    this.#impacts = impacts;
    this.#programs = programs;
  }

  /** Undefined for a sync that is not known (yet). @throws LaurelError sync.not_applied while it is not applied whole */
  execute(clientId: ClientId, syncId: SyncId): Promise<ImpactReading | undefined> {
    const read = async (tx: TenantTransaction) => {
      const program = await this.#programs.inForce(tx, 'none');
      const sync = await this.#impacts.find(tx, syncId);
      if (program === undefined || sync === undefined) return undefined;
      if (!sync.applied) {
        throw new LaurelError('sync.not_applied', 'the sync is not applied yet; its impact is known when it is', {
          headers: { 'Retry-After': '1' },
        });
      }
      const moved = await this.#impacts.movements(tx, sync);
      const decisions = await this.#impacts.decisions(tx, sync);
      return { sync, program, moved, decisions, below: await this.#impacts.windowsBelow(tx, sync, program, NAMED) };
    };
    return this.#database.inTenant(clientId, read, { snapshot: true });
  }
}
