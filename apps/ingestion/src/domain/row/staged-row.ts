import type { PlainRow } from './read-plain-row.ts';
import type { RowFault, SoundRow } from './read-row.ts';

interface InFile {
  /** The number of the row's first line in the file, from 1. */
  readonly line: number;
  /** As in the file. */
  readonly raw: string;
}

/** A row as it is kept until the file is compared. */
export type StagedRow = InFile & (((SoundRow | PlainRow) & { readonly videoKey: string }) | StagedFault);

/** Whose row it is, where that can be read: nothing else of an erased creator's row may be told. */
export type StagedFault = RowFault & { readonly handle: string | null };
