import { describe, expect, it } from '@jest/globals';
import { aProgram, day } from '../../../test/creator-history.ts';
import { RecordedHistory } from '../../../test/recorded-history.ts';
import type { Program } from '../program/program.ts';
import type { KnownAt } from './creator-record.ts';
import { explain } from './explain.ts';
import { sentencesOf } from './sentences.ts';

const NAMES = ['Bronze', 'Silver', 'Gold', 'Platinum'];

function ladder(thresholds: readonly bigint[] = [0n, 100_000n, 200_000n, 900_000n]): Program['tiers'] {
  return aProgram({ thresholds }).tiers.map((tier, place) => ({ ...tier, name: NAMES[place] ?? tier.name }));
}

function dollars(changes: Parameters<typeof aProgram>[0] = {}): RecordedHistory {
  return new RecordedHistory(aProgram({ metric: 'sales', tiers: ladder(), ...changes }));
}

function told(
  history: RecordedHistory,
  asOf: string,
  more: { knownAt?: KnownAt; onboardedOn?: string; isParked?: boolean } = {},
): string[] {
  const onboardedOn = more.onboardedOn === undefined ? null : day(more.onboardedOn);
  const record = { ...history.record(), onboardedOn };
  const explanation = explain(record, { asOf: day(asOf), knownAt: more.knownAt ?? null });
  if (explanation === undefined) throw new Error('a program is in force');
  return sentencesOf(explanation, record.entries, { isParked: more.isParked ?? false });
}

/** Gold from 15 January, later booked 300, 700, 250 in the window and 900 on its due date: the worked case. */
const fallen = dollars()
  .sync('2025-01-15', 230_000n)
  .sync('2025-01-15', 30_000n)
  .sync('2025-02-10', 70_000n)
  .sync('2025-05-14', 25_000n)
  .sync('2025-05-15', 40_000n);

describe('a creator who fell', () => {
  it('reads as a story of facts, none of which needs the rules', () => {
    expect(told(fallen, '2025-05-15', { onboardedOn: '2025-01-15' })).toEqual([
      'As of 15 May 2025 the tier is Silver, reached on 15 May 2025.',
      'On 15 Jan 2025 all sales so far came to $2,300.00; Gold needs $2,000.00, so the tier rose from Bronze to Gold.',
      'On 15 May 2025 the review of 15 Jan–14 May 2025 counted $1,250.00 of sales; Gold needs $2,000.00, so the tier became Silver.',
      '$2,300.00 of sales from 15 Jan 2025 had already helped to reach Gold and did not count again in that review.',
      'The open window is 15 May–14 Sep 2025; it counts $400.00 of sales so far.',
      'Keeping Silver at the review on 15 Sep 2025 takes $1,000.00, so $600.00 more by 14 Sep 2025.',
      'If nothing more came, that review would make the tier Bronze.',
      'Rising to Gold takes $2,000.00; counted so far: $1,650.00, so $350.00 more.',
      'Since the tier fell on 15 May 2025, only the $1,250.00 that its review counted and what came after count towards rising.',
      'All that is booked so far comes to $3,950.00 of sales.',
    ]);
  });

  it('is not yet told of the review the day before', () => {
    const sentences = told(fallen, '2025-05-14');
    expect(sentences[0]).toBe('As of 14 May 2025 the tier is Gold, reached on 15 Jan 2025.');
    expect(sentences.filter((sentence) => sentence.includes('review of'))).toEqual([]);
    expect(sentences).toContain(
      'Keeping Gold at the review on 15 May 2025 takes $2,000.00, so $750.00 more by 14 May 2025.',
    );
  });

  it('rises by what counts since', () => {
    const risen = dollars().sync('2025-01-15', 230_000n).sync('2025-05-15', 40_000n).sync('2025-05-20', 160_000n);
    expect(told(risen, '2025-05-20')).toContain(
      'On 20 May 2025 sales counted since 15 Jan 2025 came to $2,000.00; Gold needs $2,000.00, so the tier rose from Bronze to Gold.',
    );
  });
});

describe('each fact', () => {
  it.each<[string, RecordedHistory, string, string]>([
    [
      'an entry tier that nobody has left',
      dollars().sync('2025-01-15', 5_000n),
      '2025-01-15',
      'As of 15 Jan 2025 the tier is Bronze, where everybody begins.',
    ],
    [
      'a tier without reviews',
      dollars().sync('2025-01-15', 5_000n),
      '2025-01-15',
      'Bronze is the entry tier: it is never reviewed.',
    ],
    [
      'a promotion by an adjustment',
      dollars().sync('2025-02-01', 70_000n).adjust(30_000n, '2025-01-10'),
      '2025-02-01',
      'On 1 Feb 2025 a manual adjustment of $300.00 for 10 Jan 2025 brought all sales so far to $1,000.00; Silver needs $1,000.00, so the tier rose from Bronze to Silver.',
    ],
    [
      'a promotion by a new program',
      dollars()
        .sync('2025-02-01', 70_000n)
        .publish({ tiers: ladder([0n, 50_000n, 200_000n, 300_000n]) }),
      '2025-02-01',
      'On 1 Feb 2025 version 2 of the programme began, in which Silver needs $500.00; all sales so far came to $700.00, so the tier rose from Bronze to Silver.',
    ],
    [
      'a later version',
      dollars().sync('2025-02-01').publish({ clearingDays: 5 }),
      '2025-02-01',
      'Version 2 of the programme has been in force since 1 Feb 2025.',
    ],
    [
      'a review with an adjustment in it',
      dollars().sync('2025-01-15', 200_000n).sync('2025-03-01', 180_000n).adjust(30_000n).sync('2025-05-15'),
      '2025-05-15',
      'On 15 May 2025 the review of 15 Jan–14 May 2025 counted $2,100.00 of sales, adjustments of $300.00 included; Gold needs $2,000.00, so the tier stayed Gold.',
    ],
    [
      'an open window with an adjustment in it',
      dollars().sync('2025-01-15', 200_000n).adjust(-5_000n),
      '2025-01-15',
      'Manual adjustments of -$50.00 are included in it.',
    ],
    [
      'what had earned the tier',
      dollars().sync('2025-01-15', 200_000n),
      '2025-01-15',
      '$2,000.00 of sales from 15 Jan 2025 helped to reach Gold and will not count again in this window.',
    ],
    [
      'enough to stay',
      dollars().sync('2025-01-15', 200_000n).sync('2025-02-01', 200_000n),
      '2025-02-01',
      'Keeping Gold at the review on 15 May 2025 takes $2,000.00, which is reached.',
    ],
    ['the highest tier', dollars().sync('2025-01-15', 900_000n), '2025-01-15', 'Platinum is the highest tier.'],
    [
      'a program without reviews',
      dollars({ mode: 'lifetime' }).sync('2025-01-15', 200_000n),
      '2025-01-15',
      'In this programme a tier, once reached, is kept.',
    ],
    [
      'sales by the date of the post',
      dollars({ attribution: 'post_date' }).sync('2025-01-15', 5_000n),
      '2025-01-15',
      'In this programme a sale counts for the day on which its video was posted.',
    ],
    [
      'units',
      dollars({ metric: 'units', tiers: ladder([0n, 1_000n, 2_000n, 3_000n]) }).sync('2025-01-15', 1_250n),
      '2025-01-15',
      'On 15 Jan 2025 all sales so far came to 1,250 units; Silver needs 1,000 units, so the tier rose from Bronze to Silver.',
    ],
    [
      'a review that is still to be made',
      dollars().sync('2025-01-15', 200_000n),
      '2025-05-15',
      'The review of 15 May 2025 has not been made yet.',
    ],
  ])('%s', (_fact, history, asOf, sentence) => {
    expect(told(history, asOf, { onboardedOn: '2025-01-01' })).toContain(sentence);
  });

  it('says whose knowledge it is', () => {
    const knownAt = fallen.syncs[2];
    if (knownAt === undefined) throw new Error('there is a third sync');
    expect(told(fallen, '2025-05-15', { knownAt })[1]).toBe(
      'This is how it was known with the sales file of 10 Feb 2025; what came after that file is left out.',
    );
  });

  it('says that sales are held back', () => {
    expect(told(fallen, '2025-05-15', { isParked: true })).toContain(
      'New sales of this creator are held back until an operator has looked at them.',
    );
  });
});
