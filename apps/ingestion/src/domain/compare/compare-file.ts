import type { CalendarDate } from '#libs/kernel';
import type { VideoFigures } from '../row/read-row.ts';

/** A sound row of the file. */
export interface FileRow extends VideoFigures {
  readonly line: number;
  readonly handle: string;
  readonly videoKey: string;
  readonly postDate: CalendarDate;
}

/** A video as the client's last sync left it. */
export interface KnownVideo extends VideoFigures {
  readonly handle: string;
  readonly postDate: CalendarDate;
}

/** What happens to a row. A difference is signed, against what was known; of a new video it is the figures themselves. */
export type Verdict =
  | { readonly kind: 'new' | 'changed'; readonly postDate: CalendarDate; readonly difference: VideoFigures }
  | { readonly kind: 'unchanged' | 'duplicate' | 'owner_changed' };

/**
 * The comparison of one file with the snapshot: the reference of the statement that does it in the database.
 *
 * A known video under another handle is `owner_changed`: the row is not valid, never wins and stays out of the count of
 * duplicates. Of the valid rows of a video the last wins; a video that nobody knew belongs to the handle of that row,
 * so an earlier row under another handle is a duplicate like any other. The post date of a known video stays as it was.
 */
export function compareFile(
  rows: readonly FileRow[],
  known: ReadonlyMap<string, KnownVideo>,
): ReadonlyMap<number, Verdict> {
  const isValid = (row: FileRow) => (known.get(row.videoKey)?.handle ?? row.handle) === row.handle;
  const winningLine = new Map<string, number>();
  for (const row of rows.filter(isValid)) {
    winningLine.set(row.videoKey, Math.max(row.line, winningLine.get(row.videoKey) ?? 0));
  }
  return new Map(
    rows.map((row) => {
      if (!isValid(row)) return [row.line, { kind: 'owner_changed' }];
      if (winningLine.get(row.videoKey) !== row.line) return [row.line, { kind: 'duplicate' }];
      return [row.line, judgeWinner(row, known.get(row.videoKey))];
    }),
  );
}

function judgeWinner(row: FileRow, before: KnownVideo | undefined): Verdict {
  if (before === undefined) return { kind: 'new', postDate: row.postDate, difference: figuresOf(row) };
  const difference: VideoFigures = {
    views: row.views - before.views,
    likes: row.likes - before.likes,
    comments: row.comments - before.comments,
    gmvMinor: row.gmvMinor - before.gmvMinor,
    units: row.units - before.units,
  };
  if (Object.values(difference).every((part) => part === 0n)) return { kind: 'unchanged' };
  return { kind: 'changed', postDate: before.postDate, difference };
}

function figuresOf({ views, likes, comments, gmvMinor, units }: VideoFigures): VideoFigures {
  return { views, likes, comments, gmvMinor, units };
}
