import { newEvent, ProgramPublishedV1 } from '#libs/contracts';
import { keyOf, lockLanes, Outbox } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { promotesNobody } from '../domain/program/change-program.ts';
import type { Program, ProgramTerms } from '../domain/program/program.ts';
import { ProgramRepository } from '../persistence/program.repository.ts';
import { AssessProgramChange, type ExpectedVersion } from './assess-program-change.ts';

/** Puts a new version of the client's program in force, between two syncs. Its promotions follow in chunks. */
@Injectable()
export class PublishProgram {
  readonly #assess: AssessProgramChange;
  readonly #programs: ProgramRepository;
  readonly #outbox: Outbox;

  constructor(assess: AssessProgramChange, programs: ProgramRepository, outbox: Outbox) {
    this.#assess = assess;
    this.#programs = programs;
    this.#outbox = outbox;
  }

  /**
   * Two first publications at once are kept apart by the client's lane, later ones by the program's row too.
   * @throws ProgramBusyError when it must wait: the caller lets the transaction go and may try again
   */
  async execute(terms: ProgramTerms, expected: ExpectedVersion, tx: TenantTransaction): Promise<Program> {
    await lockLanes(tx, [keyOf(tx.clientId, tx.clientId)]);
    const { before, program, today } = await this.#assess.execute(tx, { terms, expected }, { hold: true });
    await this.#programs.publish(tx, program, {
      syncSequence: today?.syncSequence ?? 0,
      promotesNobody: before === undefined || promotesNobody(before, program),
    });
    await this.#outbox.append(tx, [publishedEvent(tx, program)]);
    return program;
  }
}

function publishedEvent(tx: TenantTransaction, program: Program) {
  const { version, currency, timezone, metric, mode, checkpointMonths, attribution, clearingDays } = program;
  const tiers = program.tiers.map(({ name, color, threshold, commissionRateBps }, index) => ({
    tier: index + 1,
    name,
    color,
    threshold: threshold.toString(),
    commissionRateBps,
  }));
  return newEvent(ProgramPublishedV1, {
    clientId: tx.clientId,
    aggregateId: tx.clientId,
    subject: tx.clientId,
    aggregateVersion: version,
    data: { version, currency, timezone, metric, mode, checkpointMonths, attribution, clearingDays, tiers },
  });
}
