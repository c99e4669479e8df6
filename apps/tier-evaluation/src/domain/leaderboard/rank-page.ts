import type { MetricValue } from '../ladder/ladder.ts';

/** Who is above none has rank 1; equal values share a rank, and the next lower value counts all of them. */
export function rankAfter(creatorsAbove: number): number {
  return creatorsAbove + 1;
}

/**
 * The values of which it must be known how many creators are above them, for all of a page to be ranked: the first, and
 * the next lower one, since the first may be the end of a tie that began on earlier pages. From there on the page itself
 * tells.
 */
export function valuesToCount(page: readonly MetricValue[]): MetricValue[] {
  const [first] = page;
  const next = page.find((value) => value !== first);
  return [first, next].filter((value) => value !== undefined);
}

/** The ranks of a page's values, which fall. `above`: how many creators are above each of `valuesToCount`. */
export function rankPage(page: readonly MetricValue[], above: ReadonlyMap<MetricValue, number>): number[] {
  const ranks: number[] = [];
  page.forEach((value, index) => {
    const before = index === 0 ? undefined : ranks[index - 1];
    if (before !== undefined && value === page[index - 1]) ranks.push(before);
    else ranks.push(rankAfter(creatorsAbove(page, index, above)));
  });
  return ranks;
}

function creatorsAbove(page: readonly MetricValue[], index: number, above: ReadonlyMap<MetricValue, number>): number {
  const counted = above.get(page[index] ?? 0n);
  if (counted !== undefined) return counted;
  const second = page.findIndex((value) => value !== page[0]);
  const aboveSecond = above.get(page[second] ?? 0n);
  if (aboveSecond === undefined) throw new Error('a page is ranked by its first two values');
  return aboveSecond + index - second;
}
