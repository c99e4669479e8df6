import { LaurelError } from '#libs/contracts';
import type { CalendarDate, ClientId, CreatorId, SyncId } from '#libs/kernel';
import { Database, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { KnownAt, Viewpoint } from '../domain/explain/creator-record.ts';
import { explain, type Explanation } from '../domain/explain/explain.ts';
import { sentencesOf } from '../domain/explain/sentences.ts';
import { later } from '../domain/order/progress.ts';
import type { ToldDecision } from '../domain/standing/told-decision.ts';
import { DecisionRepository } from '../persistence/decision.repository.ts';
import { ExplanationRepository, type Horizon } from '../persistence/explanation.repository.ts';
import { ProgramRepository } from '../persistence/program.repository.ts';

/** Null: today; everything that is known now. */
export interface ViewAsked {
  readonly asOf: CalendarDate | null;
  readonly knownAt: SyncId | null;
}

export interface ExplainedTier extends Explanation {
  readonly sentences: readonly string[];
}

/** Why a creator stood where it stood, as of a date, as it was known after a sync. */
@Injectable()
export class ExplainTier {
  readonly #database: Database;
  readonly #programs: ProgramRepository;
  readonly #decisions: DecisionRepository;
  readonly #records: ExplanationRepository;

  constructor(
    database: Database,
    programs: ProgramRepository,
    decisions: DecisionRepository,
    records: ExplanationRepository,
  ) {
    this.#database = database;
    this.#programs = programs;
    this.#decisions = decisions;
    this.#records = records;
  }

  /** Undefined for a sync that is not completed here (yet). */
  async completed(clientId: ClientId, syncId: SyncId): Promise<SyncId | undefined> {
    const sync = await this.#database.inTenant(clientId, (tx) => this.#records.knownAt(tx, syncId));
    return sync && syncId;
  }

  /** Undefined for a creator who is not known (yet). One snapshot: no batch comes between decisions and entries. */
  execute(clientId: ClientId, creatorId: CreatorId, asked: ViewAsked): Promise<ExplainedTier | undefined> {
    return this.#database.inTenant(clientId, (tx) => this.#explain(tx, creatorId, asked), { snapshot: true });
  }

  async #explain(tx: TenantTransaction, creatorId: CreatorId, asked: ViewAsked): Promise<ExplainedTier | undefined> {
    const horizon = await this.#records.horizon(tx, creatorId);
    if (horizon === undefined) return undefined;
    const knownAt = asked.knownAt === null ? null : await this.#knownAt(tx, asked.knownAt);
    const view = viewWithin(horizon, asked, knownAt);
    const decisions = await this.#decisions.list(tx, creatorId, 0, null);
    const { onboardedOn } = horizon;
    const booked = { from: onboardedOn, to: bookedTo(horizon, view, decisions) };
    const entries = await this.#records.entries(tx, creatorId, booked);
    const programs = await this.#programs.published(tx);
    const explanation = explain({ onboardedOn, decisions, entries, programs }, view);
    if (explanation === undefined) throw new LaurelError('program.missing', 'the client has no program yet');
    return { ...explanation, sentences: sentencesOf(explanation, entries, horizon) };
  }

  async #knownAt(tx: TenantTransaction, syncId: SyncId): Promise<KnownAt> {
    const sync = await this.#records.knownAt(tx, syncId);
    if (sync === undefined) throw faulty('knownAt', 'unknown', 'knownAt is the id of a completed sync of this client');
    if (!sync.isApplied)
      throw new LaurelError('sync.not_applied', 'that sync is not applied yet; ask again when it is');
    return { sequence: sync.sequence, businessDate: sync.businessDate };
  }
}

/** A creator may be ahead of the programme date by the sales of a sync that is still being applied. */
function viewWithin(horizon: Horizon, asked: ViewAsked, knownAt: KnownAt | null): Viewpoint {
  const { onboardedOn } = horizon;
  const latest = later(horizon.bookedThrough, horizon.today);
  if (latest === null) throw new LaurelError('programme.not_started', 'no sync of this client is applied yet');
  if (onboardedOn !== null && knownAt !== null && knownAt.businessDate < onboardedOn) {
    throw faulty(
      'knownAt',
      'out_of_range',
      `with that sync the creator, who joined on ${onboardedOn}, was not known yet`,
    );
  }
  const asOf = asked.asOf ?? knownAt?.businessDate ?? latest;
  if (asOf > latest || (onboardedOn !== null && asOf < onboardedOn)) {
    const joined = onboardedOn === null ? '' : `from ${onboardedOn}, when the creator joined, `;
    const message = `asOf lies ${joined}to ${latest}, the programme date`;
    throw new LaurelError('explain.date_out_of_range', message, {
      faults: [{ pointer: 'asOf', code: 'out_of_range', message }],
      extra: { allowed: { from: onboardedOn, to: latest } },
    });
  }
  return { asOf, knownAt };
}

/** Nothing booked later can be visible: only a review counts what was booked after the date, with the sync that made it. */
function bookedTo(horizon: Horizon, view: Viewpoint, decisions: readonly ToldDecision[]): CalendarDate {
  const latest = later(later(horizon.bookedThrough, horizon.today), view.asOf);
  const known = view.knownAt?.businessDate ?? latest;
  const reviews = decisions.filter(({ kind, decidedFor }) => kind === 'checkpoint' && decidedFor <= view.asOf);
  const needed = reviews.reduce((to, review) => later(review.causingSync?.businessDate ?? latest, to), view.asOf);
  return needed < known ? needed : known;
}

function faulty(pointer: string, code: string, message: string): LaurelError {
  return new LaurelError('validation_failed', message, { faults: [{ pointer, code, message }] });
}
