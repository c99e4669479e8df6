import type { NewEvent } from '#libs/contracts';
import type { CreatorId } from '#libs/kernel';
import { Outbox } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { LedgerEntry, Progress } from '../domain/order/progress.ts';
import type { Decision } from '../domain/standing/decision.ts';
import type { Standing } from '../domain/standing/standing.ts';
import { DayLedgerRepository } from '../persistence/day-ledger.repository.ts';
import { DecisionRepository } from '../persistence/decision.repository.ts';
import { IngestedTotalRepository, type IngestedTotal } from '../persistence/ingested-total.repository.ts';
import { StandingRepository } from '../persistence/standing.repository.ts';
import { decisionEvents } from './decision-events.ts';

/** Writes what has happened to creators: entries, standings, decisions and their events, each as one set. */
@Injectable()
export class SaveCreators {
  readonly #standings: StandingRepository;
  readonly #ledger: DayLedgerRepository;
  readonly #decisions: DecisionRepository;
  readonly #totals: IngestedTotalRepository;
  readonly #outbox: Outbox;

  constructor(
    standings: StandingRepository,
    ledger: DayLedgerRepository,
    decisions: DecisionRepository,
    totals: IngestedTotalRepository,
    outbox: Outbox,
  ) {
    this.#standings = standings;
    this.#ledger = ledger;
    this.#decisions = decisions;
    this.#totals = totals;
    this.#outbox = outbox;
  }

  /**
   * @param isKnown false for creators of whom there is no row yet
   * @param totals what the events that were handled say of their creators
   */
  async execute(
    tx: TenantTransaction,
    progressed: ReadonlyMap<CreatorId, Progress>,
    isKnown: (creatorId: CreatorId) => boolean = () => true,
    totals: readonly IngestedTotal[] = [],
  ): Promise<void> {
    const known = new Map<CreatorId, Standing>();
    const fresh = new Map<CreatorId, Standing>();
    const entries: (readonly [CreatorId, LedgerEntry])[] = [];
    const decisions: (readonly [CreatorId, Decision])[] = [];
    const events: NewEvent[] = [];
    for (const [creatorId, progress] of progressed) {
      (isKnown(creatorId) ? known : fresh).set(creatorId, progress.standing);
      for (const entry of progress.booked) entries.push([creatorId, entry]);
      for (const decision of progress.decisions) {
        decisions.push([creatorId, decision]);
        events.push(...decisionEvents(tx.clientId, creatorId, decision));
      }
    }
    await this.#standings.insert(tx, fresh);
    await this.#standings.update(tx, known);
    await this.#ledger.append(tx, entries);
    await this.#totals.keep(tx, totals);
    await this.#decisions.append(tx, decisions);
    await this.#outbox.append(tx, events);
  }
}
