import { parseCalendarDate, type CalendarDate } from '#libs/kernel';
import { canonicalHandle } from '../handle/canonical-handle.ts';
import { canonicalVideoUrl } from '../video/canonical-video-url.ts';
import { isClickThroughRate, isTitle, readCount, readGmv } from './cells.ts';
import type { Column, Header } from './columns.ts';

/**
 * Why a row is quarantined: its number of fields, the kind of its first failing column, or its video's owner. `erased` is
 * the handle of an erased creator, which is found when the file is compared.
 */
export type Reason =
  'columns' | 'handle' | 'erased' | 'video' | 'count' | 'gmv' | 'ctr' | 'post date' | 'title' | 'owner_changed';

/** What a row says of a video: lifetime figures, net of returns. */
export interface VideoFigures {
  readonly views: bigint;
  readonly likes: bigint;
  readonly comments: bigint;
  readonly gmvMinor: bigint;
  readonly units: bigint;
}

export interface SoundRow extends VideoFigures {
  readonly kind: 'sound';
  readonly handle: string;
  /** Canonical. */
  readonly videoUrl: string;
  readonly postDate: CalendarDate;
}

export interface RowFault {
  readonly kind: 'fault';
  readonly reason: Reason;
  /** null when the row as a whole is at fault. */
  readonly column: Column | null;
}

/** What the rows of one file are read against. */
export interface FileTerms {
  readonly businessDate: CalendarDate;
  /** Of the program's currency. */
  readonly decimals: number;
}

/** A row has one reason: the number of fields first, then the first failing column in the order of `COLUMNS`. */
export function readRow(cells: readonly string[], header: Header, terms: FileTerms): SoundRow | RowFault {
  if (cells.length !== header.width) return fault('columns', null);
  const { positions } = header;
  const cell = (column: Column) => cells[positions[column]] ?? '';
  const handle = canonicalHandle(cell('Handle'));
  if (handle === undefined) return fault('handle', 'Handle');
  const videoUrl = canonicalVideoUrl(cell('Video'));
  if (videoUrl === undefined) return fault('video', 'Video');
  const views = readCount(cell('Views'), false);
  if (views === undefined) return fault('count', 'Views');
  const likes = readCount(cell('Likes'), false);
  if (likes === undefined) return fault('count', 'Likes');
  const comments = readCount(cell('Comments'), false);
  if (comments === undefined) return fault('count', 'Comments');
  const units = readCount(cell('Units Sold'), true);
  if (units === undefined) return fault('count', 'Units Sold');
  const gmvMinor = readGmv(cell('GMV'), terms.decimals);
  if (gmvMinor === undefined) return fault('gmv', 'GMV');
  if (!isClickThroughRate(cell('CTR'))) return fault('ctr', 'CTR');
  const postDate = parseCalendarDate(cell('Post Date').trim());
  if (postDate === undefined || postDate > terms.businessDate) return fault('post date', 'Post Date');
  if (!isTitle(cell('Video Title'))) return fault('title', 'Video Title');
  return { kind: 'sound', handle, videoUrl, views, likes, comments, gmvMinor, units, postDate };
}

function fault(reason: Reason, column: Column | null): RowFault {
  return { kind: 'fault', reason, column };
}
