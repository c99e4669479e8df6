import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadSeries } from '../data/samples.ts';
import { Programme } from './programme.ts';
import { RunningLaurel } from './running-laurel.ts';
import { createVipRewards, eagerRuleViolations, enable } from './vip-rewards.ts';

describe('the same series, each file sent twice, and every service killed in the middle of file 20', () => {
  const series = loadSeries('a');
  let laurel: RunningLaurel;
  let programme: Programme;

  beforeAll(async () => {
    laurel = await RunningLaurel.start();
    programme = await Programme.create(laurel, 'series-a-disturbed', series.program);
    await enable(programme, await createVipRewards(programme, [1, 2, 3, 4]));
  }, 120_000);
  afterAll(() => laurel.stop(), 60_000);

  it('ends the same', async () => {
    for (const [index, file] of series.files.entries()) {
      const first = await programme.upload(file.businessDate, file.csv);
      if (index === 19) {
        // The file is staged and nothing more: all at once, or the last would die when everything is done.
        await Promise.all(laurel.processes.map((name) => laurel.killAndRestart(name)));
      }
      const published = await programme.untilStatus(first.id, 'published', 'applied');
      const second = await programme.upload(file.businessDate, file.csv);
      expect(second.id).toBe(first.id);
      await programme.expectSync(published, series.expected.syncs[index]!);
    }
    await laurel.settled();
    await programme.expectCreators(series.expected.creators);
    expect(await eagerRuleViolations(laurel, programme.clientId)).toEqual([]);
    expect(await programme.admin.all('/v1/syncs')).toHaveLength(series.files.length);
  }, 500_000);
});
