import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { seeded } from '#libs/testing';
import { loadSeries, loadVariant, VARIANTS, type SampleStanding } from '../data/samples.ts';
import { disagreeing, explainDecisions } from './explained-decisions.ts';
import { Programme } from './programme.ts';
import { killAtRandom } from './random-kills.ts';
import { RunningLaurel } from './running-laurel.ts';
import { playSharpSeries } from './sharp-series.ts';

const SEED = Number(process.env['LAUREL_SEED'] ?? Date.now() % 1_000_000);

describe(`one series under five programs and a sharp one at once, by three tier-evaluations of which one dies at random, seeded with ${SEED}`, () => {
  const { program, files, expected } = loadSeries('a');
  const variants = VARIANTS.map((name) => ({ name, ...loadVariant(name) }));
  const standings: Record<string, SampleStanding> = Object.fromEntries(
    Object.entries(expected.creators).map(([handle, { gmv: _gmv, units: _units, ...standing }]) => [handle, standing]),
  );
  const cases = [{ name: 'a', program, creators: standings }, ...variants];
  const programmes = new Map<string, Programme>();
  /** One-month windows, month ends, late videos, adjustments. */
  const sharp = loadSeries('c');
  let sharpProgramme: Programme;
  let laurel: RunningLaurel;

  beforeAll(async () => {
    laurel = await RunningLaurel.start();
    for (const one of cases)
      programmes.set(one.name, await Programme.create(laurel, `series-${one.name}`, one.program));
    sharpProgramme = await Programme.create(laurel, 'series-c', sharp.program);
    // Programs first: while the consumers share their partitions anew, a client's program may wait longer than it may.
    for (const copy of [2, 3]) await laurel.addTierEvaluation(copy);
  }, 300_000);
  afterAll(() => laurel.stop(), 60_000);

  it('books every file as expected, and refuses adjustments that lie outside the open window', async () => {
    let over = false;
    const kills = killAtRandom(laurel, seeded(SEED), () => over);
    try {
      await Promise.all([...[...programmes.values()].map(uploadAll), playSharpSeries(sharpProgramme, sharp)]);
    } finally {
      over = true;
    }
    const killed = await kills;
    console.info(`seed ${SEED} killed ${killed.join(', ')}`);
    expect(killed.length).toBeGreaterThan(2);
    await laurel.settled();
  }, 400_000);

  it.each(cases)(
    'decides every tier, window and figure exactly: $name',
    async ({ name, creators }) => {
      await programmes.get(name)!.expectStandings(creators);
    },
    120_000,
  );

  it('decides every figure of the sharp series exactly', async () => {
    await sharpProgramme.expectCreators(sharp.expected.creators);
  }, 120_000);

  it('explains where everybody of the sharp series stands, by decisions and adjustments', async () => {
    expect(await disagreeing(sharpProgramme, await sharpProgramme.creators())).toEqual([]);
  }, 120_000);

  it('explains every decision ever made as it was made', async () => {
    const programme = programmes.get('a')!;
    const decided = (await programme.creators()).filter(({ handle }) => standings[handle]?.decisions.length);
    const made = Object.values(standings).reduce((sum, { decisions }) => sum + decisions.length, 0);
    expect(await explainDecisions(programme, decided)).toEqual({ asked: made, faults: [] });
  }, 120_000);

  it.each(variants)(
    'explains where creators stand by decisions that agree with their ledgers: $name',
    async ({ name }) => {
      const programme = programmes.get(name)!;
      const some = (await programme.creators()).filter((_, index) => index % 10 === 0);
      expect(await disagreeing(programme, some)).toEqual([]);
    },
    120_000,
  );

  async function uploadAll(programme: Programme): Promise<void> {
    for (const [index, file] of files.entries()) {
      const { id } = await programme.upload(file.businessDate, file.csv);
      const published = await programme.untilStatus(id, 'published', 'applied');
      await programme.expectSync(published, expected.syncs[index]!);
    }
  }
});
