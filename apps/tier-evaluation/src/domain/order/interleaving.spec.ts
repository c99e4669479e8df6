import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDays } from '#libs/kernel';
import { aProgram, CreatorHistory, day, type Sales } from '../../../test/creator-history.ts';

/** One sync of the client, and what of it and after it concerns one creator. */
const step = fc.record({
  afterDays: fc.integer({ min: 0, max: 45 }),
  sales: fc.option(
    fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 60 }), fc.bigInt(-900n, 1_800n)), { maxLength: 3 }),
    {
      nil: undefined,
    },
  ),
  adjustment: fc.option(fc.tuple(fc.bigInt(-1_500n, 1_500n), fc.integer({ min: 0, max: 50 })), {
    nil: undefined,
    freq: 4,
  }),
  watermarkLate: fc.boolean(),
});

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function live(
  steps: readonly Step[],
  options: { months: number; attribution: 'ledger' | 'post_date'; late: boolean },
): CreatorHistory {
  const creator = new CreatorHistory(aProgram({ checkpointMonths: options.months, attribution: options.attribution }));
  let date = day('2025-01-31');
  for (const { afterDays, sales, adjustment, watermarkLate } of steps) {
    date = addDays(date, afterDays);
    const today = date;
    const differences = sales?.map(
      ([first, age, value]) => [`${first ? '+' : ''}${addDays(today, -age)}`, value] as const,
    );
    creator.sync(today, differences && (Object.fromEntries(differences) as Sales), {
      watermark: !(options.late && watermarkLate),
    });
    if (adjustment) creator.adjust(today, adjustment[0], addDays(today, -adjustment[1]));
  }
  return creator.watermark(date);
}

describe('interleavings of a creator’s events and the client’s watermark', () => {
  it.each([
    [1, 'ledger'],
    [4, 'ledger'],
    [1, 'post_date'],
  ] as const)('never change the end: %i months, attribution %s', (months, attribution) => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const prompt = live(steps, { months, attribution, late: false });
        const late = live(steps, { months, attribution, late: true });
        expect(late.decisions).toEqual(prompt.decisions);
        expect(late.ledger).toEqual(prompt.ledger);
        expect({ ...late.standing, bookedThrough: null }).toEqual({ ...prompt.standing, bookedThrough: null });
      }),
      { numRuns: 500 },
    );
  });

  it('keep the sums right: lifetime is the ledger, tierVersion the tier changes, each window reviewed once', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { standing, ledger, decisions } = live(steps, { months: 1, attribution: 'ledger', late: true });
        expect(standing.lifetime).toBe(ledger.reduce((sum, entry) => sum + entry.value, 0n));
        expect(standing.tierVersion).toBe(decisions.filter((made) => made.tierBefore !== made.tierAfter).length);
        const starts = decisions.filter((made) => made.kind === 'checkpoint').map((made) => made.windowStart);
        expect(new Set(starts).size).toBe(starts.length);
        for (const entry of ledger) expect(entry.effectiveOn <= entry.bookedOn).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
