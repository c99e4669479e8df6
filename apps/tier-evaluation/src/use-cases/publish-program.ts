import { LaurelError, newEvent, ProgramPublishedV1 } from '#libs/contracts';
import { keyOf, lockLanes, Outbox } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { changeProgram } from '../domain/program/change-program.ts';
import { programOf, type Program, type ProgramTerms } from '../domain/program/program.ts';
import { ProgrammeDateRepository } from '../persistence/programme-date.repository.ts';
import { ProgramRepository } from '../persistence/program.repository.ts';
import { StandingRepository } from '../persistence/standing.repository.ts';

/** What `If-Match` says: nothing, anything (`*`), or a version. */
export type ExpectedVersion = undefined | 'any' | number;

/** Puts a new version of the client's program in force. Its promotions follow in chunks. */
@Injectable()
export class PublishProgram {
  readonly #programs: ProgramRepository;
  readonly #standings: StandingRepository;
  readonly #dates: ProgrammeDateRepository;
  readonly #outbox: Outbox;

  constructor(
    programs: ProgramRepository,
    standings: StandingRepository,
    dates: ProgrammeDateRepository,
    outbox: Outbox,
  ) {
    this.#programs = programs;
    this.#standings = standings;
    this.#dates = dates;
    this.#outbox = outbox;
  }

  /** Two first publications at once are kept apart by the client's lane, later ones by the program's row too. */
  async execute(terms: ProgramTerms, expected: ExpectedVersion, tx: TenantTransaction): Promise<Program> {
    await lockLanes(tx, [keyOf(tx.clientId, tx.clientId)]);
    const today = await this.#dates.today(tx, { hold: true });
    const before = await this.#programs.inForce(tx, 'update');
    assertExpected(before?.version, expected);
    if (before !== undefined) assertAllowed(before, terms, await this.#standings.anyHasLeftEntryTier(tx));
    const program = programOf((before?.version ?? 0) + 1, today?.date ?? null, terms);
    await this.#programs.publish(tx, program);
    await this.#outbox.append(tx, [publishedEvent(tx, program)]);
    return program;
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

function assertAllowed(before: Program, after: ProgramTerms, creatorHasLeftEntryTier: boolean): void {
  const change = changeProgram(before, after, creatorHasLeftEntryTier);
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
      throw new LaurelError('program.tier_in_use', 'creators have left tier 1: tiers can only be added on top');
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
