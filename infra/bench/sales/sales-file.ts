import { hash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';

/** A file of a brand's videos. The same figures make the same bytes. */
export interface SalesFile {
  /** Where the CSV goes; `<path>.clean` gets its rows parsed, in COPY's text format, for the limit. */
  readonly path: string;
  readonly creators: number;
  /** The videos `[first, first + rows)`; a video belongs to the creator `video % creators`. */
  readonly rows: number;
  readonly first: number;
  /** How often a video's figures have risen since it was first seen. */
  readonly risen: (video: number) => number;
}

const FLUSH_CHARACTERS = 262_144;
const HEADER = 'Handle,Video,Views,Likes,Comments,GMV,CTR,Units Sold,Post Date,Video Title\n';
/** Post dates lie in the 24 months before it. */
const LAST_POST_DATE = Date.UTC(2026, 4, 31);
const POST_DAYS = 730;
const WORDS = [
  'glow',
  'serum',
  'haul',
  'unboxing',
  'my honest take',
  'day in my life',
  '#skincare',
  '#fyp',
  'must-have',
];
/** Odd and prime, so that rows walk through all videos without order. */
const STRIDE = 7_368_787;

/** Writes the file and its parsed twin. */
export async function writeSalesFile(file: SalesFile): Promise<void> {
  const [csv, clean] = [createWriteStream(file.path), createWriteStream(cleanPath(file))];
  let [csvText, cleanText] = [HEADER, ''];
  for (let row = 0; row < file.rows; row += 1) {
    const video = videoOf(file, file.first + ((row * STRIDE) % file.rows));
    csvText += csvLine(video);
    cleanText += cleanLine(video);
    if (csvText.length < FLUSH_CHARACTERS) continue;
    await Promise.all([write(csv, csvText), write(clean, cleanText)]);
    [csvText, cleanText] = ['', ''];
  }
  csv.end(csvText);
  clean.end(cleanText);
  await Promise.all([finished(csv), finished(clean)]);
}

export function cleanPath(file: Pick<SalesFile, 'path'>): string {
  return `${file.path}.clean`;
}

async function write(stream: WriteStream, text: string): Promise<void> {
  if (!stream.write(text)) await once(stream, 'drain');
}

interface Video {
  readonly number: number;
  readonly handle: string;
  readonly url: string;
  readonly views: number;
  readonly likes: number;
  readonly comments: number;
  readonly gmvMinor: number;
  readonly units: number;
  readonly postDate: string;
}

function videoOf({ creators, risen }: SalesFile, number: number): Video {
  const handle = `creator_${number % creators}`;
  const times = risen(number);
  const units = Math.floor(4 / (chance(number, 1) + 0.02));
  const views = Math.floor(chance(number, 2) ** 4 * 1_000_000) + 100;
  return {
    number,
    handle,
    url: `tiktok.com/@${handle}/video/7${String(number * 1_000_003).padStart(18, '0')}`,
    views: views + times * 37,
    likes: (views >> 4) + times * 3,
    comments: (views >> 8) + times,
    gmvMinor: (units + times) * 199,
    units: units + times,
    postDate: DAYS[Math.floor(chance(number, 3) * POST_DAYS)] ?? '',
  };
}

function csvLine(video: Video): string {
  const { number, handle, url, views, likes, comments, gmvMinor, units, postDate } = video;
  const gmv = `${Math.floor(gmvMinor / 100)}.${String(gmvMinor % 100).padStart(2, '0')}`;
  const at = number % 3 === 0 ? '@' : '';
  const query = number % 5 === 0 ? '?lang=en' : '';
  const ctr = `${(chance(number, 4) * 5).toFixed(2)}${number % 2 === 0 ? '%' : ''}`;
  return `${at}${handle},https://www.${url}${query},${views},${likes},${comments},${gmv},${ctr},${units},${postDate},${titleOf(number)}\n`;
}

/** Every tenth title needs quotes. */
function titleOf(number: number): string {
  const words = [5, 6, 7, 8, 9].map((salt) => WORDS[Math.floor(chance(number, salt) * WORDS.length)]).join(' ');
  return number % 10 === 0 ? `"${words}, ""wow"" 🧴"` : words;
}

function cleanLine({ handle, url, views, likes, comments, gmvMinor, units, postDate }: Video): string {
  const key = hash('sha256', url, 'hex').slice(0, 32);
  return `${key}\t${postDate}\t${views}\t${likes}\t${comments}\t${gmvMinor}\t${units}\t${handle}\t${url}\n`;
}

const DAYS = Array.from({ length: POST_DAYS }, (_, day) =>
  new Date(LAST_POST_DATE - day * 86_400_000).toISOString().slice(0, 10),
);

/** From 0 to 1, the same for the same number and salt: the finisher of murmur3. */
function chance(number: number, salt: number): number {
  let mixed = Math.imul(number ^ Math.imul(salt, 0x9e3779b9), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x27d4eb2f);
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
}
