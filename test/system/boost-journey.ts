import { expect } from '@jest/globals';
import { eventually } from '#libs/testing';
import type { SampleSeries } from '../data/samples.ts';
import { isPayable, payByRun, statementsFoundValid } from './boost-payouts.ts';
import { boostByHand, type BoostByHand, type ClaimedByHand } from './boosts-by-hand.ts';
import { balances, boostsTold } from './boosts-told.ts';
import { FilesByHand, withOtherAmounts } from './files-by-hand.ts';
import {
  grantAndClaim,
  offerBoosts,
  settleSome,
  type BoostOffer,
  type Settlements,
  type Wish,
} from './mission-boosts.ts';
import { Programme } from './programme.ts';
import type { RunningLaurel } from './running-laurel.ts';
import { plusDays } from './seeded-claims.ts';

export const BOOSTS = 300;
const OFFERS = 40;
/** Claims are made after every other file from the second on, early enough for most boosts to end. */
const CLAIM_ROUNDS = 15;
const CLAIMS_A_ROUND = BOOSTS / CLAIM_ROUNDS + 1;
/** Dates that get a further file, in which who has a boost that begins then has sold something else. */
const FURTHER_FILES = [4, 12, 20, 28];

/** A client whose creators claim boosts that missions give them, computed beside it from the files alone. */
export class BoostJourney {
  readonly programme: Programme;
  readonly claims: ClaimedByHand[] = [];
  readonly settlements: Settlements = { finals: new Map(), given: new Set(), paid: new Set() };
  readonly #series: SampleSeries;
  readonly #random: () => number;
  readonly #offers: readonly BoostOffer[];
  readonly #files = new FilesByHand();
  readonly #busyUntil = new Map<string, string>();
  readonly #givingBack: ReadonlySet<string>;

  private constructor(programme: Programme, series: SampleSeries, random: () => number, offers: readonly BoostOffer[]) {
    this.programme = programme;
    this.#series = series;
    this.#random = random;
    this.#offers = offers;
    this.#givingBack = whoGivesBack(series);
  }

  static async begin(laurel: RunningLaurel, series: SampleSeries, random: () => number): Promise<BoostJourney> {
    const programme = await Programme.create(laurel, 'series-a-boosts', series.program);
    return new BoostJourney(programme, series, random, await offerBoosts(programme, random, OFFERS));
  }

  /** Some of what has ended is settled behind the last of these files. */
  async play(first: number, last: number): Promise<void> {
    for (const [index, { businessDate, csv }] of this.#series.files.entries()) {
      if (index < first || index > last) continue;
      let sync = await this.#feed(businessDate, csv);
      if (FURTHER_FILES.includes(index))
        sync = await this.#feed(businessDate, withOtherAmounts(csv, this.#beginningOn(businessDate), 1_337n));
      const isForClaims = index % 2 === 1 && index < CLAIM_ROUNDS * 2;
      // A claim is dated by what is applied; other files may follow each other as fast as they are taken.
      if (isForClaims || index === last) await this.programme.untilStatus(sync, 'applied');
      if (isForClaims) await this.#claim(businessDate);
      if (index === last) await settleSome(this.programme, this.#random, this.settlements);
    }
  }

  async expectBoostsByHand(): Promise<{ withReturns: number; corrected: number; expired: number }> {
    const byHand = this.#boostsByHand();
    const expected = byHand.map((boost) => this.#expectedOf(boost));
    expect(byRedemption(await boostsTold(this.programme))).toEqual(byRedemption(expected));
    return {
      expired: byHand.filter(({ delta }) => delta !== null).length,
      withReturns: byHand.filter(({ hasReturns }) => hasReturns).length,
      corrected: byHand.reduce((sum, boost) => sum + boost.corrections.length, 0),
    };
  }

  /** Each account of the ledger holds what was computed by hand; that they sum up to 0 follows from double entry. */
  async expectMoneyConserved(): Promise<void> {
    const of = await balances(this.programme);
    const ended = this.#ended();
    const payable = ended.filter((boost) => this.#isPayable(boost));
    const final = (boosts: readonly BoostByHand[]) => sum(boosts.map((boost) => this.#finalOf(boost)));
    expect({
      accrued: -of('accrued'),
      adjusted: -of('adjusted'),
      held: of('held'),
      payable: of('payable'),
      paid: of('paid'),
    }).toEqual({
      accrued: sum(ended.map(({ payout }) => payout)),
      adjusted: sum(ended.map((boost) => (this.#finalOf(boost) ?? 0n) - (boost.payout ?? 0n))),
      held: final(ended.filter((boost) => !this.#isPaid(boost) && !payable.includes(boost))),
      payable: final(payable),
      paid: final(ended.filter((boost) => this.#isPaid(boost))),
    });
  }

  /** Whoever is payable and was not paid by hand. @returns how many */
  async expectPaidByRun(): Promise<number> {
    const payable = this.#ended().filter((boost) => this.#isPayable(boost) && this.#finalOf(boost) !== 0n);
    const paid = await payByRun(this.programme);
    expect(paid.toSorted()).toEqual(payable.map(({ redemptionId }) => redemptionId).toSorted());
    for (const redemptionId of paid) this.settlements.paid.add(redemptionId);
    return paid.length;
  }

  /** The tool finds every statement and the chain valid, and they say what was computed by hand. */
  async expectStatementsByHand(): Promise<void> {
    const ended = this.#ended();
    const told = await statementsFoundValid(this.programme, new Set(ended.map(({ redemptionId }) => redemptionId)));
    const figures = told.map(({ statement: { redemptionId, calculation, amounts } }) => {
      const { calculatedMinor, finalMinor, paidMinor } = amounts;
      return { redemptionId, delta: calculation.deltaMinor, figures: [calculatedMinor, finalMinor, paidMinor] };
    });
    const byHand = ended.map((boost) => {
      const { redemptionId, delta, payout } = boost;
      const paid = this.#isPaid(boost) ? this.#finalOf(boost) : 0n;
      return { redemptionId, delta: String(delta), figures: [payout, this.#finalOf(boost), paid].map(String) };
    });
    expect(byRedemption(figures)).toEqual(byRedemption(byHand));
  }

  async #feed(businessDate: string, csv: Buffer): Promise<string> {
    const { id } = await this.programme.upload(businessDate, csv);
    this.#files.read(businessDate, csv);
    return id;
  }

  /** Half of them will give something back one day. */
  async #claim(today: string): Promise<void> {
    const creators = await eventually(() => this.programme.creators(), { timeoutMs: 60_000 });
    const free = creators.filter(({ handle }) => (this.#busyUntil.get(handle) ?? '') <= today);
    const [giving, others] = [true, false].map((gives) =>
      free.filter(({ handle }) => this.#givingBack.has(handle) === gives),
    );
    const random = this.#random;
    const wishes = Array.from({ length: CLAIMS_A_ROUND }, (_, place): Wish | undefined => {
      const from = (place % 2 === 0 ? giving : others) ?? [];
      const [creator] = from.splice(Math.floor(random() * from.length), 1);
      const offer = this.#offers[Math.floor(random() * this.#offers.length)];
      const scheduledDate = plusDays(today, 1 + Math.floor(random() * 7));
      return creator && offer && { creator, offer, scheduledDate };
    }).filter((wish) => wish !== undefined);
    // Its end falls on the first file behind its last day; a week later all services know.
    for (const { creator, offer, scheduledDate } of wishes)
      this.#busyUntil.set(creator.handle, plusDays(scheduledDate, offer.durationDays + 21));
    this.claims.push(...(await grantAndClaim(this.programme, wishes)));
  }

  #boostsByHand(): BoostByHand[] {
    return this.claims.map((claimed) => boostByHand(claimed, this.#files));
  }

  #ended(): BoostByHand[] {
    return this.#boostsByHand().filter(({ payout }) => payout !== null);
  }

  #isPaid({ redemptionId }: BoostByHand): boolean {
    return this.settlements.paid.has(redemptionId);
  }

  #isPayable(boost: BoostByHand): boolean {
    return isPayable(boost, this.settlements, this.#files.dates.at(-1) ?? '');
  }

  #beginningOn(date: string): ReadonlySet<string> {
    const begun = this.claims.filter((claimed) => boostByHand(claimed, this.#files).activationDate === date);
    return new Set(begun.map(({ handle }) => handle));
  }

  #finalOf({ redemptionId, payout }: BoostByHand): bigint | null {
    return this.settlements.finals.get(redemptionId) ?? payout;
  }

  #expectedOf(boost: BoostByHand) {
    return {
      redemptionId: boost.redemptionId,
      activationDate: boost.activationDate,
      expiryDate: boost.expiryDate,
      delta: boost.delta?.toString() ?? null,
      payout: boost.payout?.toString() ?? null,
      final: this.#finalOf(boost)?.toString() ?? null,
      isPaid: this.#isPaid(boost),
      corrections: boost.corrections.toSorted(),
      steps: 'each once, in order',
    };
  }
}

function whoGivesBack({ files, expected }: SampleSeries): ReadonlySet<string> {
  const read = new FilesByHand();
  for (const { businessDate, csv } of files) read.read(businessDate, csv);
  const handles = Object.keys(expected.creators);
  return new Set(handles.filter((handle) => read.dates.some((_, index) => read.entry(handle, index) < 0n)));
}

function byRedemption<T extends { readonly redemptionId: string }>(boosts: readonly T[]): T[] {
  return boosts.toSorted((a, b) => (a.redemptionId < b.redemptionId ? -1 : 1));
}

function sum(amounts: readonly (bigint | null)[]): bigint {
  return amounts.reduce<bigint>((total, one) => total + (one ?? 0n), 0n);
}
