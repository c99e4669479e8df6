import { LaurelError } from '#libs/contracts';
import type { TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { ProgrammeToday } from '../domain/order/handle-adjustment.ts';
import { changeProgram } from '../domain/program/change-program.ts';
import { ProgramBusyError } from '../domain/program/program-busy.errors.ts';
import { programOf, type Program, type ProgramTerms } from '../domain/program/program.ts';
import { ProgrammeDateRepository } from '../persistence/programme-date.repository.ts';
import { ProgramRepository } from '../persistence/program.repository.ts';
import { RunningSyncRepository } from '../persistence/running-sync.repository.ts';
import { StandingRepository } from '../persistence/standing.repository.ts';

/** What `If-Match` says: nothing, anything (`*`), or a version. */
export type ExpectedVersion = undefined | 'any' | number;

/** Terms that an admin sends, for the version that the admin knows. */
export interface WantedTerms {
  readonly terms: ProgramTerms;
  readonly expected: ExpectedVersion;
}

/** A change that may be made now: the program in force and the version that would follow it. */
export interface AssessedChange {
  readonly before: Program | undefined;
  readonly program: Program;
  readonly today: ProgrammeToday | undefined;
}

/** The one judge of what a program may become and when: a publication asks it under locks, a plan without. */
@Injectable()
export class AssessProgramChange {
  readonly #programs: ProgramRepository;
  readonly #standings: StandingRepository;
  readonly #dates: ProgrammeDateRepository;
  readonly #syncs: RunningSyncRepository;

  constructor(
    programs: ProgramRepository,
    standings: StandingRepository,
    dates: ProgrammeDateRepository,
    syncs: RunningSyncRepository,
  ) {
    this.#programs = programs;
    this.#standings = standings;
    this.#dates = dates;
    this.#syncs = syncs;
  }

  /**
   * Faults of the request come first: whoever asks for what can never be is told so at once and does not wait for a sync.
   * @throws LaurelError for a change that is not allowed; ProgramBusyError for one that must wait
   */
  async execute(
    tx: TenantTransaction,
    wanted: WantedTerms,
    options: { hold: boolean } = { hold: false },
  ): Promise<AssessedChange> {
    const today = await this.#dates.today(tx, options);
    const before = await this.#inForce(tx, options);
    assertExpected(before?.version, wanted.expected);
    const program = programOf((before?.version ?? 0) + 1, today?.date ?? null, wanted.terms);
    if (before === undefined) return { before, program, today };
    await this.#assertAllowed(tx, before, wanted.terms);
    await this.#assertQuiet(tx, before, today);
    return { before, program, today };
  }

  /** Batches share the row without end while a sync runs and would overtake whoever waited for it, so nobody waits. */
  async #inForce(tx: TenantTransaction, options: { hold: boolean }): Promise<Program | undefined> {
    const program = await this.#programs.inForce(tx, 'none');
    if (program === undefined || !options.hold) return program;
    const held = await this.#programs.inForce(tx, 'update-now');
    if (held === undefined) throw new ProgramBusyError({ kind: 'booking' });
    return held;
  }

  async #assertAllowed(tx: TenantTransaction, before: Program, after: ProgramTerms): Promise<void> {
    const change = changeProgram(before, after, true);
    switch (change.kind) {
      case 'allowed':
        return;
      case 'frozen_field':
        throw new LaurelError('program.frozen_field', `fixed in version 1: ${change.fields.join(', ')}`, {
          faults: change.fields.map((field) => ({
            pointer: `/${field}`,
            code: 'frozen',
            message: 'is fixed in version 1',
          })),
        });
      case 'tier_in_use':
        if (!(await this.#standings.anyHasLeftEntryTier(tx))) return;
        throw new LaurelError('program.tier_in_use', 'creators have left tier 1: tiers can only be added on top');
    }
  }

  async #assertQuiet(tx: TenantTransaction, before: Program, today: ProgrammeToday | undefined): Promise<void> {
    const sync = await this.#syncs.find(tx);
    if (sync !== undefined) throw new ProgramBusyError({ kind: 'sync', sync });
    if (await this.#programs.hasUnfinishedPublication(tx)) {
      throw new ProgramBusyError({ kind: 'publication', version: before.version });
    }
    if (today !== undefined && (await this.#standings.lanesWithDue(tx, today.date)).length > 0) {
      throw new ProgramBusyError({ kind: 'reviews', dueBy: today.date });
    }
  }
}

function assertExpected(version: number | undefined, expected: ExpectedVersion): void {
  if (version === undefined && expected === undefined) return;
  if (version !== undefined && expected === undefined) {
    throw new LaurelError(
      'precondition.required',
      'changing a program needs If-Match with the ETag of the version you know',
    );
  }
  if (version === undefined || (expected !== 'any' && expected !== version)) {
    throw new LaurelError('precondition.failed', 'the program is at another version');
  }
}
