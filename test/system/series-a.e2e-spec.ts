import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { seeded } from '#libs/testing';
import { loadSeries } from '../data/samples.ts';
import { Programme } from './programme.ts';
import { RunningLaurel } from './running-laurel.ts';
import { boostFaults, claimSome, payAll } from './seeded-claims.ts';
import { createVipRewards, eagerRuleViolations, enable } from './vip-rewards.ts';

const SEED = Number(process.env['LAUREL_SEED'] ?? 20261);

describe(`forty weekly files of 802 creators, claims seeded with ${SEED}`, () => {
  const series = loadSeries('a');
  const random = seeded(SEED);
  let laurel: RunningLaurel;
  let programme: Programme;

  beforeAll(async () => {
    laurel = await RunningLaurel.start();
    programme = await Programme.create(laurel, 'series-a', series.program);
  }, 120_000);
  afterAll(() => laurel.stop(), 60_000);

  it('books every file as expected and keeps the eager rule at every settled point', async () => {
    const rewards = await createVipRewards(programme, [1, 2, 3, 4]);
    await enable(programme, rewards.slice(0, 8));
    for (const [index, file] of series.files.entries()) {
      if (index === 12) await enable(programme, rewards.slice(8));
      const { id } = await programme.upload(file.businessDate, file.csv);
      const published = await programme.untilStatus(id, 'published', 'applied');
      await programme.expectSync(published, series.expected.syncs[index]!);
      await laurel.settled();
      expect(await eagerRuleViolations(laurel, programme.clientId)).toEqual([]);
      if (index % 3 === 2) await claimSome(programme, random, 15, file.businessDate);
    }
  }, 400_000);

  it('decides every tier, window and figure exactly', async () => {
    await programme.expectCreators(series.expected.creators);
  }, 120_000);

  it('pays every boost what the ledger says, to the cent', async () => {
    await laurel.settled();
    const { checked, faults } = await boostFaults(programme);
    expect(faults).toEqual([]);
    expect(checked).toBeGreaterThan(40);
    await payAll(programme);
    await laurel.settled();
    const boosts = await programme.admin.all<{ status: string }>('/v1/boosts');
    expect(boosts.filter((boost) => boost.status === 'paid')).toHaveLength(checked);
    expect(await eagerRuleViolations(laurel, programme.clientId)).toEqual([]);
    const operator = await laurel.operator();
    const verification = await operator.post(`/v1/ops/verify/redemption?clientId=${programme.clientId}`);
    expect(verification).toMatchObject({ faults: 0, rewards: 16, unfinishedJobs: [] });
  }, 120_000);
});
