import type { CalendarDate } from '#libs/kernel';
import { isClickThroughRate } from './cells.ts';
import type { Header } from './columns.ts';
import type { FileTerms } from './read-row.ts';

/** A sound row whose numbers stand in the file as the database reads them: in digits. */
export interface PlainRow {
  readonly kind: 'sound';
  readonly handle: string;
  /** Canonical. */
  readonly videoUrl: string;
  readonly postDate: CalendarDate;
  readonly views: string;
  readonly likes: string;
  readonly comments: string;
  readonly gmvMinor: string;
  readonly units: string;
}

/** Below 10^12 whatever the digits are. */
const MOST_DIGITS = 12;
const LONGEST_HANDLE = 30;
const SHORT_TITLE = 2_200;
const SCHEME = 'https://';
const WWW = 'www.';

/**
 * Reads the rows that nearly all rows of nearly all files are: no spaces to trim, no thousands commas, no signs, a URL
 * that is canonical but for its beginning and its query. Where it answers, `readRow` says the same; undefined says
 * nothing of the row. It makes no numbers and no copies, so a million rows take a fifth of the time.
 */
export function readPlainRow(cells: readonly string[], header: Header, terms: FileTerms): PlainRow | undefined {
  if (cells.length !== header.width) return undefined;
  const { positions } = header;
  const views = cells[positions.Views] ?? '';
  const likes = cells[positions.Likes] ?? '';
  const comments = cells[positions.Comments] ?? '';
  const units = cells[positions['Units Sold']] ?? '';
  if (!isCount(views) || !isCount(likes) || !isCount(comments) || !isCount(units)) return undefined;
  const postDate = cells[positions['Post Date']] ?? '';
  if (!isOrdinaryDate(postDate) || postDate > terms.businessDate) return undefined;
  const ctr = cells[positions.CTR] ?? '';
  const title = cells[positions['Video Title']] ?? '';
  if (title.length > SHORT_TITLE || !isClickThroughRate(ctr)) return undefined;
  const gmvMinor = plainGmv(cells[positions.GMV] ?? '', terms.decimals);
  const handle = plainHandle(cells[positions.Handle] ?? '');
  const videoUrl = plainVideoUrl(cells[positions.Video] ?? '');
  if (gmvMinor === undefined || handle === undefined || videoUrl === undefined) return undefined;
  return {
    kind: 'sound',
    handle,
    videoUrl,
    postDate: postDate as CalendarDate,
    views,
    likes,
    comments,
    gmvMinor,
    units,
  };
}

function isCount(text: string): boolean {
  return text.length > 0 && text.length <= MOST_DIGITS && areDigits(text, 0, text.length);
}

function areDigits(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if (!isDigit(text.charCodeAt(at))) return false;
  return true;
}

/** `12.34`, with all of the currency's decimals: its digits are the minor units. */
function plainGmv(text: string, decimals: number): string | undefined {
  const point = text.length - decimals - 1;
  if (decimals === 0) return isCount(text) ? text : undefined;
  if (point < 1 || text.length > MOST_DIGITS || text.charCodeAt(point) !== POINT) return undefined;
  if (!areDigits(text, 0, point) || !areDigits(text, point + 1, text.length)) return undefined;
  return text.slice(0, point) + text.slice(point + 1);
}

/** `YYYY-MM-DD` of a day that every month has; of the others the calendar decides. */
function isOrdinaryDate(text: string): boolean {
  if (text.length !== 10 || text.charCodeAt(4) !== DASH || text.charCodeAt(7) !== DASH) return false;
  if (!areDigits(text, 0, 4) || !areDigits(text, 5, 7) || !areDigits(text, 8, 10)) return false;
  const [month, day] = [twoDigits(text, 5), twoDigits(text, 8)];
  return text > '0001' && month > 0 && month <= 12 && day > 0 && day <= 28;
}

function twoDigits(text: string, at: number): number {
  return 10 * (text.charCodeAt(at) - ZERO) + text.charCodeAt(at + 1) - ZERO;
}

function plainHandle(text: string): string | undefined {
  const from = text.charCodeAt(0) === AT ? 1 : 0;
  const length = text.length - from;
  if (length < 1 || length > LONGEST_HANDLE) return undefined;
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (!isLower(code) && !isDigit(code) && code !== POINT && code !== UNDERSCORE) return undefined;
  }
  return from === 0 ? text : text.slice(1);
}

/** `https://www.tiktok.com/@ana/video/7?lang=en` is `tiktok.com/@ana/video/7`. */
function plainVideoUrl(text: string): string | undefined {
  if (!text.startsWith(SCHEME)) return undefined;
  const isWww = text.startsWith(WWW, SCHEME.length);
  if (!isWww && text.startsWith('m.', SCHEME.length)) return undefined;
  const from = SCHEME.length + (isWww ? WWW.length : 0);
  const slash = endOfHost(text, from);
  const to = slash === -1 ? -1 : endOfPath(text, slash);
  return to === -1 || !isQuery(text, to) ? undefined : text.slice(from, to);
}

/** @returns where the path begins, behind a host of plain labels under a top level of letters; -1 for any other */
function endOfHost(text: string, from: number): number {
  let label = from;
  let isWord = true;
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === SLASH) return label > from && at > label && isWord ? at : -1;
    if (code === POINT) {
      if (at === label) return -1;
      label = at + 1;
      isWord = true;
    } else if (isDigit(code)) isWord = false;
    else if (!isLower(code)) return -1;
  }
  return -1;
}

/** @returns where a path ends that nothing rewrites; -1 for any other */
function endOfPath(text: string, slash: number): number {
  let before = SLASH;
  let at = slash + 1;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUESTION_MARK) break;
    if (code === POINT && before === SLASH) return -1;
    if (!isInPath(code)) return -1;
    before = code;
  }
  return before === SLASH ? -1 : at;
}

function isInPath(code: number): boolean {
  return isLower(code) || isDigit(code) || isUpper(code) || code === AT || IN_PATH.includes(code);
}

/** What is not read must still be ordinary text: a line end in it is the business of the parser of URLs. */
function isQuery(text: string, from: number): boolean {
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code <= 0x20 || code >= 0x7f) return false;
  }
  return true;
}

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
const isLower = (code: number): boolean => code >= 0x61 && code <= 0x7a;
const isUpper = (code: number): boolean => code >= 0x41 && code <= 0x5a;
const [AT, POINT, DASH, SLASH, UNDERSCORE, QUESTION_MARK, ZERO] = [0x40, 0x2e, 0x2d, 0x2f, 0x5f, 0x3f, 0x30];
const IN_PATH: readonly number[] = [SLASH, POINT, UNDERSCORE, DASH, 0x7e];
