import type { ClientId } from '#libs/kernel';
import { Database } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { planOf, type ProgramPlan, type Projections } from '../domain/program/program-plan.ts';
import { OpenWindowRepository } from '../persistence/open-window.repository.ts';
import { AssessProgramChange, type WantedTerms } from './assess-program-change.ts';

/** With the wait for a sync less than the gateway's patience. A read without writes holds up no relay, however long it takes. */
const TIMEOUT_MS = 24_000;

const NOBODY: Projections = { promotions: [], windows: [], setAside: 0 };

/** What a publication at this moment would do: the judge's answer and the counts come from one moment. */
@Injectable()
export class PlanProgramChange {
  readonly #database: Database;
  readonly #assess: AssessProgramChange;
  readonly #windows: OpenWindowRepository;

  constructor(database: Database, assess: AssessProgramChange, windows: OpenWindowRepository) {
    this.#database = database;
    this.#assess = assess;
    this.#windows = windows;
  }

  execute(clientId: ClientId, wanted: WantedTerms): Promise<ProgramPlan> {
    return this.#database.inTenant(
      clientId,
      async (tx) => {
        const { before, program } = await this.#assess.execute(tx, wanted);
        const projections = before === undefined ? NOBODY : await this.#windows.project(tx, before, program);
        return planOf(before, program, projections);
      },
      { timeoutMs: TIMEOUT_MS, snapshot: true },
    );
  }
}
