import type { CalendarDate } from '#libs/kernel';
import type { CreatorRecord, KnownAt, PublishedProgram } from '../src/domain/explain/creator-record.ts';
import { DaySums } from '../src/domain/ledger/day-sums.ts';
import type { Program } from '../src/domain/program/program.ts';
import type { Decision } from '../src/domain/standing/decision.ts';
import { outlookOf, type Outlook } from '../src/domain/standing/outlook.ts';
import type { Standing } from '../src/domain/standing/standing.ts';
import type { ToldDecision } from '../src/domain/standing/told-decision.ts';
import { aProgram, aSyncId, CreatorHistory, day, type Sales } from './creator-history.ts';

/** What an explanation must come out at: where the creator stood, and what that meant under the program then in force. */
export interface Snapshot {
  readonly asOf: CalendarDate;
  readonly knownAt: KnownAt;
  readonly standing: Standing;
  readonly outlook: Outlook;
  readonly programVersion: number;
}

/** A creator's life in memory, with the rows that would be kept of it and a snapshot after each sync. */
export class RecordedHistory {
  readonly creator: CreatorHistory;
  readonly syncs: KnownAt[] = [];
  /** Each as it was with that sync applied and nothing after. */
  readonly snapshots: Snapshot[] = [];
  readonly #programs: PublishedProgram[];

  constructor(program: Program = aProgram()) {
    this.creator = new CreatorHistory(program);
    this.#programs = [{ program, syncSequence: 0 }];
  }

  sync(date: string, sales?: Sales): this {
    this.syncs.push({ sequence: this.syncs.length + 1, businessDate: day(date) });
    this.creator.sync(date, sales);
    this.snapshots.push(this.now());
    return this;
  }

  adjust(value: bigint, effectiveDate?: string): this {
    this.creator.adjust(this.today.businessDate, value, effectiveDate);
    return this;
  }

  /** A new version after the latest sync, carried to the creator at once. */
  publish(changes: Parameters<typeof aProgram>[0]): this {
    const { businessDate, sequence } = this.today;
    const version = this.#programs.length + 1;
    const program = aProgram({ ...this.creator.program, ...changes, version, publishedOn: businessDate });
    this.#programs.push({ program, syncSequence: sequence });
    this.creator.publish(program).reach();
    return this;
  }

  get today(): KnownAt {
    const today = this.syncs.at(-1);
    if (today === undefined) throw new Error('nothing is dated before the first sync');
    return today;
  }

  now(): Snapshot {
    const { standing, ledger, program } = this.creator;
    const sums = new DaySums(
      null,
      ledger.map(({ effectiveOn: date, value }) => ({ date, value, adjustments: 0 })),
    );
    const { window } = standing;
    const booked = window === null ? 0n : sums.between(window.start, window.due).value;
    const outlook = outlookOf(standing, booked, program);
    const { businessDate: asOf } = this.today;
    return { asOf, knownAt: this.today, standing, outlook, programVersion: program.version };
  }

  record(): CreatorRecord {
    const { decisions, ledger: entries } = this.creator;
    return {
      onboardedOn: null,
      decisions: decisions.map((decision) => this.#told(decision)),
      entries,
      programs: this.#programs,
    };
  }

  #told(decision: Decision): ToldDecision {
    if (decision.kind === 'promotion') {
      const { cause } = decision;
      const sync = cause.kind === 'sync' ? this.syncs.find(({ sequence }) => aSyncId(sequence) === cause.syncId) : null;
      return { ...decision, causingSync: sync ?? null };
    }
    const sync = this.syncs.find(({ businessDate }) => businessDate >= decision.dueDate) ?? null;
    return {
      ...decision,
      cause: sync && { kind: 'sync', syncId: aSyncId(sync.sequence) },
      causingSync: sync,
    };
  }
}
