/** Creators, in the order of their ids. */
export interface CreatorRange {
  readonly after: string;
  /** It and all before it. */
  readonly until: string;
}

const FIRST = '00000000-0000-0000-0000-000000000000';
const LAST = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
const MEMBERS_A_SLICE = 1_000;

/** @param most the partitions there are: the events of more slices would not be published side by side */
export function sliceCount(members: number, most: number): number {
  return Math.max(1, Math.min(most, Math.ceil(members / MEMBERS_A_SLICE)));
}

/** Ranges that leave no id out, whoever comes into the tier later. @param bounds ascending, the last creators of all slices but one */
export function slicesBetween(bounds: readonly string[]): CreatorRange[] {
  return [...bounds, LAST].map((until, index) => ({ after: bounds[index - 1] ?? FIRST, until }));
}
