/** A state that redemptions are counted by: their status, and of unclaimed ones whether they are hidden. */
export interface CountedState {
  readonly name: 'open' | 'hidden' | 'claimed' | 'fulfilled' | 'concluded' | 'rejected';
  /** Over `status` and `hidden_reason`. */
  readonly condition: string;
}

export const COUNTED_STATES: readonly CountedState[] = [
  { name: 'open', condition: `status = 'claimable' AND hidden_reason IS NULL` },
  { name: 'hidden', condition: `status = 'claimable' AND hidden_reason IS NOT NULL` },
  { name: 'claimed', condition: `status = 'claimed'` },
  { name: 'fulfilled', condition: `status = 'fulfilled'` },
  { name: 'concluded', condition: `status = 'concluded'` },
  { name: 'rejected', condition: `status = 'rejected'` },
];

/** Sums `change`. */
export function countOf({ condition }: CountedState): string {
  return `coalesce(sum(change) FILTER (WHERE ${condition}), 0)::bigint`;
}
