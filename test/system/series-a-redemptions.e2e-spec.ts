import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, seeded } from '#libs/testing';
import { inParallel } from '../../infra/demo/api-client.ts';
import { loadSeries } from '../data/samples.ts';
import { Programme } from './programme.ts';
import { killAnyAtRandom } from './random-kills.ts';
import { RunningLaurel } from './running-laurel.ts';
import { boostFaults, claimOpenRows, plusDays } from './seeded-claims.ts';
import { createVipRewards, eagerRuleViolations, enable } from './vip-rewards.ts';

const SEED = Number(process.env['LAUREL_SEED'] ?? Date.now() % 1_000_000);
const CLAIMING = 12;

interface Verification {
  readonly redemptions: number;
  readonly faults: number;
  readonly checks: readonly { readonly check: string; readonly faults: number; readonly examples: object[] }[];
  readonly unfinishedJobs: readonly object[];
}

describe(`four rewards a tier and claims between the files, while services die at random, seeded with ${SEED}`, () => {
  const series = loadSeries('a');
  const random = seeded(SEED);
  const claims = { won: 0, refused: 0 };
  let laurel: RunningLaurel;
  let programme: Programme;

  beforeAll(async () => {
    laurel = await RunningLaurel.start();
    programme = await Programme.create(laurel, 'series-a-redemptions', series.program);
  }, 120_000);
  afterAll(() => laurel.stop(), 60_000);

  it('books, grants and lets claim to the end', async () => {
    const rewards = await createVipRewards(programme, [1, 2, 3, 4]);
    await enable(programme, rewards.slice(0, 8));
    let over = false;
    const kills = killAnyAtRandom(laurel, seeded(SEED + 1), () => over);
    try {
      for (const [index, file] of series.files.entries()) {
        const { id } = await programme.upload(file.businessDate, file.csv);
        if (index === 12) for (const { id: rewardId } of rewards.slice(8)) await post(`/v1/rewards/${rewardId}/enable`);
        if (index === 20) await post(`/v1/rewards/${rewards[5]?.id}/disable`);
        if (index === 26) await post(`/v1/rewards/${rewards[5]?.id}/enable`);
        await programme.untilStatus(id, 'applied');
        if (index % 2 === 1) await claim(file.businessDate);
      }
    } finally {
      over = true;
    }
    const killed = await kills;
    console.info(`seed ${SEED} killed ${killed.join(', ')}; ${claims.won} claims won, ${claims.refused} refused`);
    expect(killed.length).toBeGreaterThan(4);
    expect(claims.won).toBeGreaterThan(100);
    await laurel.settled();
  }, 500_000);

  it('ends where the sample says, with every boost paid what the ledger says', async () => {
    await programme.expectCreators(series.expected.creators);
    const { checked, faults } = await boostFaults(programme);
    expect(faults).toEqual([]);
    expect(checked).toBeGreaterThan(20);
  }, 120_000);

  it('leaves nothing that an independent verification finds', async () => {
    expect(await eagerRuleViolations(laurel, programme.clientId)).toEqual([]);
    const operator = await laurel.operator();
    const path = `/v1/ops/verify/redemption?clientId=${programme.clientId}`;
    const { checks, redemptions, unfinishedJobs } = await operator.post<Verification>(path);
    expect(checks.filter(({ faults }) => faults > 0)).toEqual([]);
    expect(checks).toHaveLength(9);
    expect(unfinishedJobs).toEqual([]);
    expect(redemptions).toBeGreaterThan(3_000);
  }, 60_000);

  /** Again while nobody answers: the key makes it the same. */
  async function post(path: string): Promise<void> {
    await eventually(() => programme.admin.post(path, {}, `key-${path}`), { timeoutMs: 60_000 });
  }

  /** A claim that nobody answered is made again under its key; what is refused may be so because news are on their way. */
  async function claim(today: string): Promise<void> {
    const creators = await eventually(() => programme.creators(), { timeoutMs: 60_000 });
    const upper = creators.filter(({ tier }) => tier > 1);
    const chosen = Array.from({ length: Math.min(CLAIMING, upper.length) }, () => ({
      creator: upper[Math.floor(random() * upper.length)],
      scheduledDate: plusDays(today, 1 + Math.floor(random() * 7)),
    }));
    await inParallel(chosen, async ({ creator, scheduledDate }) => {
      if (creator === undefined) return;
      const answers = await eventually(
        async () => {
          const answered = await claimOpenRows(programme, creator.id, { today, scheduledDate });
          return answered.some(({ status }) => status >= 500) ? undefined : answered;
        },
        { timeoutMs: 60_000 },
      );
      const unexpected = answers.filter(({ status }) => ![200, 409, 422].includes(status));
      expect(unexpected).toEqual([]);
      claims.won += answers.filter(({ status }) => status === 200).length;
      claims.refused += answers.filter(({ status }) => status !== 200).length;
    });
  }
});
