import type { CreatorSalesRecordedV1, ReceivedEvent } from '#libs/contracts';
import type { CalendarDate, CreatorId, SyncId } from '#libs/kernel';
import type { TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { handleSales, type SalesOfSync } from '../domain/order/handle-sales.ts';
import type { Program } from '../domain/program/program.ts';
import { NEWCOMER, type Standing } from '../domain/standing/standing.ts';
import { LedgerMonthRepository } from '../persistence/ledger-month.repository.ts';
import { ProgramRepository } from '../persistence/program.repository.ts';
import { StandingRepository } from '../persistence/standing.repository.ts';
import { LoadCreators, type Dates } from './load-creators.ts';
import { SaveCreators } from './save-creators.ts';

export type CreatorSalesEvent = ReceivedEvent<typeof CreatorSalesRecordedV1>;

/** Books what syncs have brought and decides what follows. Several events of one creator come one after the other. */
@Injectable()
export class ApplyCreatorSales {
  readonly #programs: ProgramRepository;
  readonly #standings: StandingRepository;
  readonly #months: LedgerMonthRepository;
  readonly #load: LoadCreators;
  readonly #save: SaveCreators;

  constructor(
    programs: ProgramRepository,
    standings: StandingRepository,
    months: LedgerMonthRepository,
    load: LoadCreators,
    save: SaveCreators,
  ) {
    this.#programs = programs;
    this.#standings = standings;
    this.#months = months;
    this.#load = load;
    this.#save = save;
  }

  async execute(events: readonly CreatorSalesEvent[], tx: TenantTransaction): Promise<void> {
    await this.#months.ensure(events.map((event) => event.data.businessDate as CalendarDate));
    const program = await this.#programs.inForce(tx, 'share');
    if (program === undefined) throw new Error('sales of a client without a program');
    const sales = salesByCreator(events, program);
    const known = await this.#standings.lock(tx, [...sales.keys()]);
    const standings = new Map<CreatorId, Standing>();
    for (const creatorId of sales.keys()) standings.set(creatorId, known.get(creatorId) ?? NEWCOMER);
    const creators = await this.#load.execute(tx, program, standings, (creatorId) =>
      datesOf(sales.get(creatorId) ?? []),
    );
    for (const [creatorId, progress] of creators) {
      const after = (sales.get(creatorId) ?? []).reduce((so, one) => handleSales(so, one, program), progress);
      creators.set(creatorId, after);
    }
    await this.#save.execute(tx, creators, (creatorId) => known.has(creatorId));
  }
}

function salesByCreator(events: readonly CreatorSalesEvent[], program: Program): Map<CreatorId, SalesOfSync[]> {
  const sales = new Map<CreatorId, SalesOfSync[]>();
  for (const { subject, data } of events) {
    const ofCreator = sales.get(subject as CreatorId) ?? [];
    ofCreator.push({
      syncId: data.syncId as SyncId,
      syncSequence: data.syncSequence,
      businessDate: data.businessDate as CalendarDate,
      previousBusinessDate: data.previousBusinessDate as CalendarDate | null,
      differences: data.differences.map((difference) => ({
        postDate: difference.postDate as CalendarDate,
        firstSighting: difference.firstSighting,
        value: BigInt(program.metric === 'sales' ? difference.gmvMinor : difference.units),
      })),
    });
    sales.set(subject as CreatorId, ofCreator);
  }
  return sales;
}

function datesOf(sales: readonly SalesOfSync[]): Dates {
  const dates = sales.map((one) => one.businessDate).sort();
  const [first] = dates;
  const last = dates.at(-1);
  if (first === undefined || last === undefined) throw new Error('no creator without sales is loaded');
  return { first, last };
}
