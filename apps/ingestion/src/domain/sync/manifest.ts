import type { Reason } from '../row/read-row.ts';

/** A creator whose totals a file moves. */
export interface Movement {
  readonly handle: string;
  readonly gmvBeforeMinor: bigint;
  readonly gmvAfterMinor: bigint;
  readonly unitsBefore: bigint;
  readonly unitsAfter: bigint;
}

/** What a file amounts to, known before anything of it is booked. `rows = accepted + unchanged + duplicate + quarantined`. */
export interface Manifest {
  readonly rows: number;
  readonly accepted: number;
  readonly unchanged: number;
  readonly duplicate: number;
  readonly quarantined: number;
  readonly newCreators: number;
  readonly newVideos: number;
  /** Creators with an accepted row. */
  readonly creatorsMoved: number;
  readonly gmvBeforeMinor: bigint;
  readonly gmvAfterMinor: bigint;
  readonly unitsBefore: bigint;
  readonly unitsAfter: bigint;
  /** Quarantined rows by reason. */
  readonly reasons: Readonly<Partial<Record<Reason, number>>>;
  /** The ten creators whose GMV moves most, in either direction. */
  readonly largest: readonly Movement[];
}
