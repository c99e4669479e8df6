import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from '#libs/persistence';
import { eventually, seeded } from '#libs/testing';
import { loadSeries } from '../data/samples.ts';
import { isPayable, payByRun, statementsFoundValid } from './boost-payouts.ts';
import { boostByHand, type BoostByHand, type ClaimedByHand } from './boosts-by-hand.ts';
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
import { killAnyAtRandom } from './random-kills.ts';
import { RunningLaurel } from './running-laurel.ts';
import { plusDays } from './seeded-claims.ts';

const SEED = Number(process.env['LAUREL_SEED'] ?? Date.now() % 1_000_000);
const BOOSTS = 300;
const OFFERS = 40;
/** Claims are made after every other file from the second on, early enough for most boosts to end. */
const CLAIM_ROUNDS = 15;
const CLAIMS_A_ROUND = BOOSTS / CLAIM_ROUNDS + 1;
/** Behind these files nobody dies for a moment, and the money is counted. */
const SETTLED_AFTER = [13, 26, 39];
/** Dates that get a further file, in which who has a boost that begins then has sold something else. */
const FURTHER_FILES = [4, 12, 20, 28];

interface BoostView {
  readonly redemptionId: string;
  readonly status: string;
  readonly activationDate: string | null;
  readonly expiryDate: string | null;
  readonly delta: { readonly amount: string } | null;
  readonly calculatedPayout: { readonly amount: string } | null;
  readonly finalPayout: { readonly amount: string } | null;
}

describe(`${BOOSTS} boosts over the sample series, while services die at random, seeded with ${SEED}`, () => {
  const series = loadSeries('a');
  const random = seeded(SEED);
  const files = new FilesByHand();
  const claims: ClaimedByHand[] = [];
  const settlements: Settlements = { finals: new Map(), given: new Set(), paid: new Set() };
  const killed: string[] = [];
  const busyUntil = new Map<string, string>();
  let givingBack: ReadonlySet<string>;
  let laurel: RunningLaurel;
  let programme: Programme;
  let offers: BoostOffer[];

  beforeAll(async () => {
    givingBack = whoGivesBack();
    laurel = await RunningLaurel.start();
    programme = await Programme.create(laurel, 'series-a-boosts', series.program);
    offers = await offerBoosts(programme, random, OFFERS);
  }, 120_000);
  afterAll(() => laurel.stop(), 60_000);

  it('are what the files say, to the cent, and the money is conserved whenever all is settled', async () => {
    let first = 0;
    for (const last of SETTLED_AFTER) {
      await whileServicesDie(() => play(first, last));
      await laurel.settled();
      await expectMoneyConserved();
      first = last + 1;
    }
    const { withReturns, corrected, expired } = await expectBoostsByHand();
    console.info(
      `seed ${SEED}: ${claims.length} boosts, ${expired} expired, ${withReturns} with returns, ${corrected} corrections, ` +
        `${settlements.paid.size} paid, ${settlements.finals.size} adjusted; killed ${killed.join(', ')}`,
    );
    expect(claims.length).toBeGreaterThanOrEqual(BOOSTS);
    expect(expired).toBeGreaterThan(BOOSTS * 0.8);
    expect(withReturns).toBeGreaterThan(20);
    expect(corrected).toBeGreaterThan(20);
    expect([...new Set(killed)].toSorted()).toEqual(laurel.processes.toSorted());
  }, 500_000);

  it('are paid by a run, whoever is payable and was not paid by hand', async () => {
    const paid = await payByRun(programme);
    const payable = claims
      .map((claimed) => boostByHand(claimed, files))
      .filter((boost) => isPayable(boost, settlements, today()) && finalOf(boost) !== 0n);
    expect(paid.toSorted()).toEqual(payable.map(({ redemptionId }) => redemptionId).toSorted());
    expect(paid.length).toBeGreaterThan(BOOSTS / 5);
    for (const redemptionId of paid) settlements.paid.add(redemptionId);
    await laurel.settled();
    await expectMoneyConserved();
  }, 60_000);

  it('have statements that the tool finds valid, and that say what was computed by hand', async () => {
    const ended = claims.map((claimed) => boostByHand(claimed, files)).filter(({ payout }) => payout !== null);
    const told = await statementsFoundValid(programme, new Set(ended.map(({ redemptionId }) => redemptionId)));
    const figures = told.map(({ statement: { redemptionId, calculation, amounts } }) => {
      const { calculatedMinor, finalMinor, paidMinor } = amounts;
      return { redemptionId, delta: calculation.deltaMinor, figures: [calculatedMinor, finalMinor, paidMinor] };
    });
    const byHand = ended.map((boost) => {
      const { redemptionId, delta, payout } = boost;
      const paid = settlements.paid.has(redemptionId) ? finalOf(boost) : 0n;
      return { redemptionId, delta: String(delta), figures: [payout, finalOf(boost), paid].map(String) };
    });
    expect(byRedemption(figures)).toEqual(byRedemption(byHand));
  }, 60_000);

  it('agree with what every service says of them', async () => {
    const operator = await laurel.operator();
    const { findings } = await operator.post<{ findings: object[] }>('/v1/ops/reconcile');
    expect(findings).toEqual([]);
  }, 60_000);

  async function whileServicesDie(work: () => Promise<void>): Promise<void> {
    let over = false;
    const kills = killAnyAtRandom(laurel, seeded(SEED + 1 + killed.length), () => over, killed);
    try {
      await work();
    } finally {
      over = true;
    }
    killed.push(...(await kills));
  }

  async function play(first: number, last: number): Promise<void> {
    for (const [index, { businessDate, csv }] of series.files.entries()) {
      if (index < first || index > last) continue;
      let sync = await feed(businessDate, csv);
      if (FURTHER_FILES.includes(index))
        sync = await feed(businessDate, withOtherAmounts(csv, beginningOn(businessDate), 1_337n));
      const isForClaims = index % 2 === 1 && index < CLAIM_ROUNDS * 2;
      // A claim is dated by what is applied; other files may follow each other as fast as they are taken.
      if (isForClaims || SETTLED_AFTER.includes(index)) await programme.untilStatus(sync, 'applied');
      if (isForClaims) await claim(businessDate);
      if (SETTLED_AFTER.includes(index)) await settleSome(programme, random, settlements);
    }
  }

  async function feed(businessDate: string, csv: Buffer): Promise<string> {
    const { id } = await programme.upload(businessDate, csv);
    files.read(businessDate, csv);
    return id;
  }

  /** Half of them will give something back one day. */
  async function claim(today: string): Promise<void> {
    const creators = await eventually(() => programme.creators(), { timeoutMs: 60_000 });
    const free = creators.filter(({ handle }) => (busyUntil.get(handle) ?? '') <= today);
    const [giving, others] = [true, false].map((gives) =>
      free.filter(({ handle }) => givingBack.has(handle) === gives),
    );
    const wishes = Array.from({ length: CLAIMS_A_ROUND }, (_, place): Wish | undefined => {
      const from = (place % 2 === 0 ? giving : others) ?? [];
      const [creator] = from.splice(Math.floor(random() * from.length), 1);
      const offer = offers[Math.floor(random() * offers.length)];
      const scheduledDate = plusDays(today, 1 + Math.floor(random() * 7));
      return creator && offer && { creator, offer, scheduledDate };
    }).filter((wish) => wish !== undefined);
    // Its end falls on the first file behind its last day; a week later all services know.
    for (const { creator, offer, scheduledDate } of wishes)
      busyUntil.set(creator.handle, plusDays(scheduledDate, offer.durationDays + 21));
    claims.push(...(await grantAndClaim(programme, wishes)));
  }

  function beginningOn(date: string): ReadonlySet<string> {
    const begun = claims.filter((claimed) => boostByHand(claimed, files).activationDate === date);
    return new Set(begun.map(({ handle }) => handle));
  }

  function whoGivesBack(): ReadonlySet<string> {
    const read = new FilesByHand();
    for (const { businessDate, csv } of series.files) read.read(businessDate, csv);
    const handles = Object.keys(series.expected.creators);
    return new Set(handles.filter((handle) => read.dates.some((_, index) => read.entry(handle, index) < 0n)));
  }

  async function expectBoostsByHand(): Promise<{ withReturns: number; corrected: number; expired: number }> {
    const boosts = await programme.admin.all<BoostView>('/v1/boosts');
    const [steps, corrections] = [await stepsByRedemption(), await correctionsByRedemption()];
    const told = boosts.map((boost) => ({
      ...onlyCompared(boost),
      corrections: corrections.get(boost.redemptionId) ?? [],
      steps: steps.get(boost.redemptionId),
    }));
    const byHand = claims.map((claimed) => boostByHand(claimed, files));
    expect(byRedemption(told)).toEqual(byRedemption(byHand.map(expectedOf)));
    return {
      expired: byHand.filter(({ delta }) => delta !== null).length,
      withReturns: byHand.filter(({ hasReturns }) => hasReturns).length,
      corrected: byHand.reduce((sum, boost) => sum + boost.corrections.length, 0),
    };
  }

  function expectedOf(boost: BoostByHand) {
    const { redemptionId, delta, payout } = boost;
    return {
      redemptionId,
      activationDate: boost.activationDate,
      expiryDate: boost.expiryDate,
      delta: delta?.toString() ?? null,
      payout: payout?.toString() ?? null,
      final: finalOf(boost)?.toString() ?? null,
      isPaid: settlements.paid.has(redemptionId),
      corrections: boost.corrections.toSorted(),
      steps: 'each once, in order',
    };
  }

  function finalOf({ redemptionId, payout }: BoostByHand): bigint | null {
    return settlements.finals.get(redemptionId) ?? payout;
  }

  function today(): string {
    return files.dates.at(-1) ?? '';
  }

  async function stepsByRedemption(): Promise<Map<string, string>> {
    const rows = await laurel.database.asAdmin((tx) =>
      tx.many<{ redemption_id: string; made: string[]; status: string }>(sql`
        SELECT b.redemption_id, b.status, array_agg(t.to_status ORDER BY array_position(
                 ARRAY['scheduled', 'active', 'expired', 'pending_info', 'pending_payout', 'paid'], t.to_status)) AS made
        FROM commission_boost.boost b
        JOIN commission_boost.boost_transition t ON t.client_id = b.client_id AND t.boost_id = b.id
        WHERE b.client_id = ${programme.clientId} GROUP BY b.client_id, b.id`),
    );
    const all = ['scheduled', 'active', 'expired', 'pending_info', 'pending_payout', 'paid'];
    return new Map(
      rows.map(({ redemption_id: id, made, status }) => [
        id,
        made.join() === all.slice(0, all.indexOf(status) + 1).join() ? 'each once, in order' : made.join(),
      ]),
    );
  }

  async function correctionsByRedemption(): Promise<Map<string, string[]>> {
    const rows = await laurel.database.asAdmin((tx) =>
      tx.many<{ redemption_id: string; told: string[] }>(sql`
        SELECT b.redemption_id, array_agg(c.reading || ' ' || c.difference_minor) AS told
        FROM commission_boost.reading_correction c
        JOIN commission_boost.boost b ON b.client_id = c.client_id AND b.id = c.boost_id
        WHERE c.client_id = ${programme.clientId} GROUP BY b.redemption_id`),
    );
    return new Map(rows.map(({ redemption_id: id, told }) => [id, told.toSorted()]));
  }

  /** Each account of the ledger holds what was computed by hand; that they sum up to 0 follows from double entry. */
  async function expectMoneyConserved(): Promise<void> {
    const rows = await laurel.database.asAdmin((tx) =>
      tx.many<{ account: string; balance: string }>(sql`
        SELECT account, sum(amount)::text AS balance FROM commission_boost.ledger_posting
        CROSS JOIN LATERAL (VALUES (credit_account, -amount_minor), (debit_account, amount_minor)) AS side (account, amount)
        WHERE client_id = ${programme.clientId} GROUP BY account`),
    );
    const of = (account: string) => BigInt(rows.find((row) => row.account === account)?.balance ?? 0);
    const ended = claims.map((claimed) => boostByHand(claimed, files)).filter(({ payout }) => payout !== null);
    const sum = (amounts: (bigint | null | undefined)[]) =>
      amounts.reduce<bigint>((total, one) => total + (one ?? 0n), 0n);
    const isPaid = ({ redemptionId }: BoostByHand) => settlements.paid.has(redemptionId);
    const payable = ended.filter((boost) => isPayable(boost, settlements, today()));
    expect({
      accrued: -of('accrued'),
      adjusted: -of('adjusted'),
      held: of('held'),
      payable: of('payable'),
      paid: of('paid'),
    }).toEqual({
      accrued: sum(ended.map(({ payout }) => payout)),
      adjusted: sum(ended.map((boost) => (finalOf(boost) ?? 0n) - (boost.payout ?? 0n))),
      held: sum(ended.filter((boost) => !isPaid(boost) && !payable.includes(boost)).map(finalOf)),
      payable: sum(payable.map(finalOf)),
      paid: sum(ended.filter(isPaid).map(finalOf)),
    });
  }
});

function onlyCompared(boost: BoostView) {
  const cents = (money: { readonly amount: string } | null) =>
    money && BigInt(money.amount.replace('.', '')).toString();
  return {
    redemptionId: boost.redemptionId,
    activationDate: boost.activationDate,
    expiryDate: boost.expiryDate,
    delta: cents(boost.delta),
    payout: cents(boost.calculatedPayout),
    final: cents(boost.finalPayout),
    isPaid: boost.status === 'paid',
  };
}

function byRedemption<T extends { readonly redemptionId: string }>(boosts: readonly T[]): T[] {
  return boosts.toSorted((a, b) => (a.redemptionId < b.redemptionId ? -1 : 1));
}
