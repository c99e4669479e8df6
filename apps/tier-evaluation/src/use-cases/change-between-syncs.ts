import type { ClientId } from '#libs/kernel';
import { Database } from '#libs/persistence';
import { waitForFact } from '#libs/service-kit';
import { Injectable } from '@nestjs/common';
import { ProgramBusyError, standsStill, type Busy } from '../domain/program/program-busy.errors.ts';
import type { ProgramPlan } from '../domain/program/program-plan.ts';
import type { Program } from '../domain/program/program.ts';
import { AssessProgramChange, type WantedTerms } from './assess-program-change.ts';
import { PlanProgramChange } from './plan-program-change.ts';
import { PublishProgram } from './publish-program.ts';

const PATIENCE_MS = 5_000;

/** Publishes a program, or plans to, once no sync of the client is half consumed; waits for that with nothing held. */
@Injectable()
export class ChangeBetweenSyncs {
  readonly #database: Database;
  readonly #assess: AssessProgramChange;
  readonly #publish: PublishProgram;
  readonly #plan: PlanProgramChange;

  constructor(database: Database, assess: AssessProgramChange, publish: PublishProgram, plan: PlanProgramChange) {
    this.#database = database;
    this.#assess = assess;
    this.#publish = publish;
    this.#plan = plan;
  }

  publish(clientId: ClientId, wanted: WantedTerms, patienceMs = PATIENCE_MS): Promise<Program> {
    return patiently(patienceMs, async () => {
      await this.#database.inTenant(clientId, (tx) => this.#assess.execute(tx, wanted));
      return this.#database.inTenant(clientId, (tx) => this.#publish.execute(wanted.terms, wanted.expected, tx));
    });
  }

  /** Changes nothing. */
  plan(clientId: ClientId, wanted: WantedTerms, patienceMs = PATIENCE_MS): Promise<ProgramPlan> {
    return patiently(patienceMs, () => this.#plan.execute(clientId, wanted));
  }
}

/** @throws ProgramBusyError of the last attempt, which also says whether anything has moved since the first */
async function patiently<T>(patienceMs: number, attempt: () => Promise<T>): Promise<T> {
  let first: Busy | undefined;
  let last: Busy | undefined;
  const made = await waitForFact(async () => {
    try {
      return { value: await attempt() };
    } catch (error) {
      if (!(error instanceof ProgramBusyError)) throw error;
      first ??= last;
      last = error.busy;
      return undefined;
    }
  }, patienceMs);
  if (made !== undefined) return made.value;
  if (last === undefined) throw new Error('who has waited has met what was waited for');
  throw new ProgramBusyError(last, standsStill(first, last));
}
