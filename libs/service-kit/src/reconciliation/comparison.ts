import type { TenantTransaction } from '#libs/persistence';

/** One figure that two places say differently. */
export interface Difference {
  /** Of the comparison's `kinds`. A run tells a kind of a subject at most once. */
  readonly kind: string;
  readonly subject: { readonly kind: 'client' | 'creator' | 'video' | 'boost' | 'redemption'; readonly id: string };
  /** What the truth says, as text. */
  readonly expected: string;
  /** What stands in the place that is held against it. */
  readonly found: string;
}

export interface Compared {
  readonly differences: readonly Difference[];
  /** How many creators or videos were looked at. */
  readonly rows: number;
  /** Behind which row the next call goes on; null when there is nothing left. */
  readonly next: string | null;
}

/** Holds figures of one client against each other, a part at a time. */
export interface Comparison {
  /** Unique in the service; a run that is under way remembers it. */
  readonly name: string;
  readonly kinds: readonly string[];
  /**
   * Compares the rows behind a place, a second's or two's work. The transaction reads one snapshot and can not write: what
   * a batch commits meanwhile is either in all of its statements or in none.
   */
  compareAfter(tx: TenantTransaction, after: string | null): Promise<Compared>;
}

/** The service's comparisons, in the order in which a run makes them. */
export const COMPARISONS = Symbol('Comparisons');
