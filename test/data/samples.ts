import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';

/** A sync's manifest numbers and quarantine reasons; amounts in minor units. */
export interface SampleSync {
  readonly businessDate: string;
  readonly rows: number;
  readonly accepted: number;
  readonly unchanged: number;
  readonly duplicate: number;
  readonly quarantined: number;
  readonly newCreators: number;
  readonly newVideos: number;
  readonly reasons: Record<string, number>;
  readonly creatorsMoved: number;
  readonly gmvAfter: number;
  readonly unitsAfter: number;
  readonly [count: string]: unknown;
}

/** Where a creator ends; amounts in minor units. */
export interface SampleCreator extends SampleStanding {
  readonly gmv: number;
  readonly units: number;
}

/** What tier-evaluation alone says of a creator. */
export interface SampleStanding {
  readonly tier: number;
  readonly tierVersion: number;
  readonly windowStart: string | null;
  readonly dueDate: string | null;
  readonly lifetime: number;
  readonly base: number;
  readonly opening: number;
  readonly decisions: readonly Record<string, unknown>[];
}

/** To be given once the sync of `after` is applied; in minor units. */
export interface SampleAdjustment {
  readonly after: string;
  readonly handle: string;
  readonly amount: number;
  readonly effectiveDate: string;
  readonly refused: boolean;
}

export interface SampleSeries {
  /** As PUT /v1/program takes it. */
  readonly program: Readonly<Record<string, unknown>>;
  /** In the order in which they are applied. */
  readonly files: readonly { readonly businessDate: string; readonly csv: Buffer }[];
  /** What an independent model of the rules computes: per sync, and per creator by handle. */
  readonly expected: {
    readonly syncs: readonly SampleSync[];
    readonly creators: Record<string, SampleCreator>;
  };
  readonly adjustments: readonly SampleAdjustment[];
}

/**
 * Series `a`: 40 weekly files of 1,000 videos by 802 creators. Series `c`: 56 small files made to be hard, with
 * adjustments. `series-<name>.tar.br` holds the files, named by business date: Brotli finds in one file what stood in
 * the one before, so they take a seventh of what gzip makes of them.
 */
export function loadSeries(name: 'a' | 'c'): SampleSeries {
  return {
    program: readJson(`program-${name}.json`) as SampleSeries['program'],
    files: untar(brotliDecompressSync(read(`series-${name}.tar.br`))).map((file) => ({
      businessDate: file.name.slice(0, 10),
      csv: file.bytes,
    })),
    expected: JSON.parse(gunzipSync(read(`expected-${name}.json.gz`)).toString('utf8')) as SampleSeries['expected'],
    adjustments: name === 'c' ? (readJson('adjustments-c.json') as SampleAdjustment[]) : [],
  };
}

export const VARIANTS = ['units', 'lifetime', 'post-date', 'six-monthly'] as const;

/** Series `a` under another program: the files, the manifests and what was sold are the same, the tiers are not. */
export function loadVariant(name: (typeof VARIANTS)[number]): Pick<SampleSeries, 'program'> & {
  readonly creators: Record<string, SampleStanding>;
} {
  return {
    program: readJson(`program-a-${name}.json`) as SampleSeries['program'],
    creators: JSON.parse(brotliDecompressSync(read(`expected-a-${name}.json.br`)).toString('utf8')) as Record<
      string,
      SampleStanding
    >,
  };
}

function read(file: string): Buffer {
  return readFileSync(join(import.meta.dirname, file));
}

function readJson(file: string): unknown {
  return JSON.parse(read(file).toString('utf8'));
}

const BLOCK_BYTES = 512;

/** Plain files of a ustar archive, in order of names: name and octal size stand at the head of each, padded to blocks. */
function untar(archive: Buffer): { name: string; bytes: Buffer }[] {
  const files: { name: string; bytes: Buffer }[] = [];
  for (let at = 0; archive[at] !== 0 && at < archive.length;) {
    const name = archive.toString('utf8', at, at + 100).replace(/\0.*$/s, '');
    const size = Number.parseInt(archive.toString('latin1', at + 124, at + 136), 8);
    files.push({ name, bytes: archive.subarray(at + BLOCK_BYTES, at + BLOCK_BYTES + size) });
    at += BLOCK_BYTES * (1 + Math.ceil(size / BLOCK_BYTES));
  }
  return files.sort((a, b) => (a.name < b.name ? -1 : 1));
}
