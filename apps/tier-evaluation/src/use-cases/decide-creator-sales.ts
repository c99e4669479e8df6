import type { CreatorId } from '#libs/kernel';
import type { TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { handleSales, type SalesOfSync } from '../domain/order/handle-sales.ts';
import type { Program } from '../domain/program/program.ts';
import { NEWCOMER, type Standing } from '../domain/standing/standing.ts';
import type { IngestedTotal } from '../persistence/ingested-total.repository.ts';
import { StandingRepository } from '../persistence/standing.repository.ts';
import { LoadCreators, type Dates } from './load-creators.ts';
import { SaveCreators } from './save-creators.ts';

/** Books sales creator by creator and decides what follows. Several syncs of one creator come one after the other. */
@Injectable()
export class DecideCreatorSales {
  readonly #standings: StandingRepository;
  readonly #load: LoadCreators;
  readonly #save: SaveCreators;

  constructor(standings: StandingRepository, load: LoadCreators, save: SaveCreators) {
    this.#standings = standings;
    this.#load = load;
    this.#save = save;
  }

  /** @param totals what the events say of their creators, also of creators without sales here */
  async execute(
    tx: TenantTransaction,
    program: Program,
    sales: ReadonlyMap<CreatorId, readonly SalesOfSync[]>,
    totals: readonly IngestedTotal[],
  ): Promise<void> {
    const known = sales.size === 0 ? new Map<CreatorId, Standing>() : await this.#standings.lock(tx, [...sales.keys()]);
    const standings = new Map<CreatorId, Standing>();
    for (const creatorId of sales.keys()) standings.set(creatorId, known.get(creatorId) ?? NEWCOMER);
    const creators = await this.#load.execute(tx, program, standings, (creatorId) =>
      datesOf(sales.get(creatorId) ?? []),
    );
    for (const [creatorId, progress] of creators) {
      const after = (sales.get(creatorId) ?? []).reduce((so, one) => handleSales(so, one, program), progress);
      creators.set(creatorId, after);
    }
    await this.#save.execute(tx, creators, (creatorId) => known.has(creatorId), totals);
  }
}

function datesOf(sales: readonly SalesOfSync[]): Dates {
  const dates = sales.map((one) => one.businessDate).sort();
  const [first] = dates;
  const last = dates.at(-1);
  if (first === undefined || last === undefined) throw new Error('no creator without sales is loaded');
  return { first, last };
}
