import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { seeded } from '#libs/testing';
import { loadSeries } from '../data/samples.ts';
import { BoostJourney, BOOSTS } from './boost-journey.ts';
import { killAnyAtRandom } from './random-kills.ts';
import { RedemptionJourney } from './redemption-journey.ts';
import { RunningLaurel } from './running-laurel.ts';
import { boostFaults } from './seeded-claims.ts';
import { eagerRuleViolations } from './vip-rewards.ts';

const SEED = Number(process.env['LAUREL_SEED'] ?? Date.now() % 1_000_000);
/** Behind the last of each nobody dies for a moment, and the money is counted. */
const PARTS = [
  [0, 13],
  [14, 26],
  [27, 39],
] as const;

interface Verification {
  readonly redemptions: number;
  readonly faults: number;
  readonly checks: readonly { readonly check: string; readonly faults: number; readonly examples: object[] }[];
  readonly unfinishedJobs: readonly object[];
}

describe(`a client with four rewards a tier and one with ${BOOSTS} boosts, while services die at random, seeded with ${SEED}`, () => {
  const series = loadSeries('a');
  const killed: string[] = [];
  let laurel: RunningLaurel;
  let redemptions: RedemptionJourney;
  let boosts: BoostJourney;

  beforeAll(async () => {
    laurel = await RunningLaurel.start();
    redemptions = await RedemptionJourney.begin(laurel, series, seeded(SEED));
    boosts = await BoostJourney.begin(laurel, series, seeded(SEED + 1));
  }, 120_000);
  afterAll(() => laurel.stop(), 60_000);

  it('goes on to the end, and the money is conserved whenever all is settled', async () => {
    for (const [first, last] of PARTS) {
      await whileServicesDie(() => Promise.all([redemptions.play(first, last), boosts.play(first, last)]));
      await laurel.settled();
      await boosts.expectMoneyConserved();
    }
    const { claims } = redemptions;
    console.info(`seed ${SEED} killed ${killed.join(', ')}; ${claims.won} claims won, ${claims.refused} refused`);
    expect([...new Set(killed)].toSorted()).toEqual(laurel.processes.toSorted());
    expect(claims.won).toBeGreaterThan(100);
  }, 500_000);

  it('ends where the sample says, with every boost of a reward paid what the ledger says', async () => {
    await redemptions.programme.expectCreators(series.expected.creators);
    const { checked, faults } = await boostFaults(redemptions.programme);
    expect(faults).toEqual([]);
    expect(checked).toBeGreaterThan(20);
  }, 120_000);

  it('leaves nothing that an independent verification finds', async () => {
    const { clientId } = redemptions.programme;
    expect(await eagerRuleViolations(laurel, clientId)).toEqual([]);
    const operator = await laurel.operator();
    const path = `/v1/ops/verify/redemption?clientId=${clientId}`;
    const { checks, redemptions: rows, unfinishedJobs } = await operator.post<Verification>(path);
    expect(checks.filter(({ faults }) => faults > 0)).toEqual([]);
    expect(checks).toHaveLength(9);
    expect(unfinishedJobs).toEqual([]);
    expect(rows).toBeGreaterThan(3_000);
  }, 60_000);

  it(`ends with ${BOOSTS} boosts that are what the files say, to the cent`, async () => {
    const { withReturns, corrected, expired } = await boosts.expectBoostsByHand();
    const { claims, settlements } = boosts;
    console.info(
      `seed ${SEED}: ${claims.length} boosts, ${expired} expired, ${withReturns} with returns, ${corrected} corrections, ` +
        `${settlements.paid.size} paid, ${settlements.finals.size} adjusted`,
    );
    expect(claims.length).toBeGreaterThanOrEqual(BOOSTS);
    expect(expired).toBeGreaterThan(BOOSTS * 0.8);
    expect(withReturns).toBeGreaterThan(20);
    expect(corrected).toBeGreaterThan(20);
  }, 60_000);

  it('pays by a run whoever is payable and was not paid by hand', async () => {
    expect(await boosts.expectPaidByRun()).toBeGreaterThan(BOOSTS / 10);
    await laurel.settled();
    await boosts.expectMoneyConserved();
  }, 60_000);

  it('tells every boost in a statement that the tool finds valid', () => boosts.expectStatementsByHand(), 60_000);

  it('leaves no two services that say different things', async () => {
    const operator = await laurel.operator();
    const { findings } = await operator.post<{ findings: object[] }>('/v1/ops/reconcile');
    expect(findings).toEqual([]);
  }, 60_000);

  async function whileServicesDie(work: () => Promise<unknown>): Promise<void> {
    let over = false;
    const kills = killAnyAtRandom(laurel, seeded(SEED + 2 + killed.length), () => over, killed);
    try {
      await work();
    } finally {
      over = true;
    }
    killed.push(...(await kills));
  }
});
