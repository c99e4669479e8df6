import type { CreatorSalesRecordedV1, ReceivedEvent } from '#libs/contracts';
import type { CalendarDate, CreatorId, SyncId } from '#libs/kernel';
import type { TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { SalesOfSync } from '../domain/order/handle-sales.ts';
import type { Program } from '../domain/program/program.ts';
import type { IngestedTotal } from '../persistence/ingested-total.repository.ts';
import { LedgerMonthRepository } from '../persistence/ledger-month.repository.ts';
import { PlainSalesRepository } from '../persistence/plain-sales.repository.ts';
import { ProgramRepository } from '../persistence/program.repository.ts';
import { DecideCreatorSales } from './decide-creator-sales.ts';

export type CreatorSalesEvent = ReceivedEvent<typeof CreatorSalesRecordedV1>;

/**
 * Books what syncs have brought: as a set in the database where nothing is to be decided, which is nearly everywhere, else
 * by the rules.
 */
@Injectable()
export class ApplyCreatorSales {
  readonly #programs: ProgramRepository;
  readonly #months: LedgerMonthRepository;
  readonly #plain: PlainSalesRepository;
  readonly #decide: DecideCreatorSales;

  constructor(
    programs: ProgramRepository,
    months: LedgerMonthRepository,
    plain: PlainSalesRepository,
    decide: DecideCreatorSales,
  ) {
    this.#programs = programs;
    this.#months = months;
    this.#plain = plain;
    this.#decide = decide;
  }

  async execute(events: readonly CreatorSalesEvent[], tx: TenantTransaction): Promise<void> {
    await this.#months.expect(events.map((event) => event.data.businessDate as CalendarDate));
    const program = await this.#programs.inForce(tx, 'share');
    if (program === undefined) throw new Error('sales of a client without a program');
    const sales = salesByCreator(events, program);
    const booked = await this.#plain.book(tx, program, onlySales(sales));
    const rest = booked.size === 0 ? sales : new Map([...sales].filter(([creatorId]) => !booked.has(creatorId)));
    await this.#decide.execute(tx, program, rest, latestTotals(events, program));
  }
}

/** Of creators with one sync here; where there are several, what the first one decides may be due before the second. */
function onlySales(sales: ReadonlyMap<CreatorId, readonly SalesOfSync[]>): Map<CreatorId, SalesOfSync> {
  const only = new Map<CreatorId, SalesOfSync>();
  for (const [creatorId, [first, second]] of sales) {
    if (first !== undefined && second === undefined) only.set(creatorId, first);
  }
  return only;
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

/** Of each creator what its latest event says. */
export function latestTotals(events: readonly CreatorSalesEvent[], program: Program): IngestedTotal[] {
  const totals = new Map<string, IngestedTotal>();
  for (const { subject, data } of events) {
    totals.set(subject, {
      creatorId: subject as CreatorId,
      syncSequence: data.syncSequence,
      businessDate: data.businessDate as CalendarDate,
      programVersion: program.version,
      lifetime: BigInt(program.metric === 'sales' ? data.lifetimeGmvMinor : data.lifetimeUnits),
    });
  }
  return [...totals.values()];
}
