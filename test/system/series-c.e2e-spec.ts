import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadSeries, type SampleAdjustment } from '../data/samples.ts';
import { disagreeing } from './explained-decisions.ts';
import { Programme, type CreatorView } from './programme.ts';
import { RunningLaurel } from './running-laurel.ts';

describe('the sharp series: one-month windows, month ends, late videos, adjustments; three tier-evaluations at once', () => {
  const series = loadSeries('c');
  let laurel: RunningLaurel;
  let programme: Programme;

  beforeAll(async () => {
    laurel = await RunningLaurel.start({ tierEvaluations: 3 });
    programme = await Programme.create(laurel, 'series-c', series.program);
  }, 120_000);
  afterAll(() => laurel.stop(), 60_000);

  it('decides every figure exactly and refuses what lies outside the open window', async () => {
    for (const [index, file] of series.files.entries()) {
      const { id } = await programme.upload(file.businessDate, file.csv);
      const due = series.adjustments.filter((adjustment) => adjustment.after === file.businessDate);
      const sync = await programme.untilStatus(id, ...(due.length > 0 ? ['applied'] : ['published', 'applied']));
      await programme.expectSync(sync, series.expected.syncs[index]!);
      if (due.length > 0) await adjustAll(due);
    }
    await laurel.settled();
    await programme.expectCreators(series.expected.creators);
  }, 500_000);

  it('explains where everybody stands by decisions that agree with their ledgers, adjustments among them', async () => {
    expect(await disagreeing(programme, await programme.creators())).toEqual([]);
  }, 120_000);

  async function adjustAll(adjustments: readonly SampleAdjustment[]): Promise<void> {
    const creators = await programme.creators();
    for (const adjustment of adjustments) {
      const creator = creators.find(({ handle }) => handle === adjustment.handle) as CreatorView;
      const answer = await programme.admin.request<{ code?: string }>(
        'POST',
        `/v1/creators/${creator.id}/adjustments`,
        {
          body: {
            amount: { amount: (adjustment.amount / 100).toFixed(2), currency: 'USD' },
            kind: 'correction',
            reason: 'given by the sample series',
            effectiveDate: adjustment.effectiveDate,
          },
          headers: {
            'idempotency-key': `${adjustment.after}-${adjustment.handle}-${adjustment.effectiveDate}-${adjustment.amount}`,
          },
        },
      );
      expect([adjustment, answer.status]).toEqual([adjustment, adjustment.refused ? 422 : 201]);
    }
  }
});
