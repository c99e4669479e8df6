import { availableParallelism, totalmem, arch, platform } from 'node:os';
import type pg from 'pg';
import type { Bench, Sample } from './bench-row.ts';

/** The medians of a bench's runs. */
export class Outcome {
  readonly bench: Bench;
  readonly rows: number;
  readonly seconds: number;
  readonly limitSeconds: number;
  /** The highest of all runs. */
  readonly peakMb: number | null;

  constructor(bench: Bench, samples: readonly Sample[]) {
    this.bench = bench;
    this.rows = median(samples.map(({ rows }) => rows));
    this.seconds = median(samples.map(({ seconds }) => seconds));
    this.limitSeconds = median(samples.map(({ limitSeconds }) => limitSeconds));
    const peaks = samples.map(({ peakMb }) => peakMb).filter((peak) => peak !== null);
    this.peakMb = peaks.length === 0 ? null : Math.max(...peaks);
  }

  get ratio(): number {
    return this.seconds / this.limitSeconds;
  }
}

/** What the figures were measured on. */
export async function machine(pool: pg.Pool): Promise<string> {
  const { rows } = await pool.query<{ server_version: string }>('SHOW server_version');
  const cores = `${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GB`;
  return `${cores}, ${platform()} ${arch()}, Node ${process.versions.node}, Postgres ${rows[0]?.server_version ?? '?'}`;
}

export function jsonLine(outcome: Outcome, where: string): string {
  const { bench, rows, seconds, limitSeconds, ratio, peakMb } = outcome;
  const figures = { rows, seconds: round(seconds, 3), limitSeconds: round(limitSeconds, 3), ratio: round(ratio, 2) };
  return JSON.stringify({ name: bench.name, ...figures, peakMb: peakMb && Math.round(peakMb), machine: where });
}

const HEAD = ['bench', 'rows', 'ours s', 'limit s', 'ratio', 'to reach', 'rows/s', 'peak MB', 'to reach'];

export function table(outcomes: readonly Outcome[]): string {
  const lines = [HEAD, ...outcomes.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const shown = lines.map((line) =>
    line.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))),
  );
  shown.splice(
    1,
    0,
    widths.map((width) => '-'.repeat(width)),
  );
  return shown.map((line) => `| ${line.join(' | ')} |`).join('\n');
}

function cellsOf(outcome: Outcome): string[] {
  const { bench, rows, seconds, limitSeconds, ratio, peakMb } = outcome;
  return [
    bench.name,
    rows.toLocaleString('en'),
    seconds.toFixed(2),
    limitSeconds.toFixed(2),
    ratio.toFixed(2),
    bench.ratioToReach.toFixed(2),
    Math.round(rows / seconds).toLocaleString('en'),
    peakMb === null ? '' : String(Math.round(peakMb)),
    bench.memoryToReachMb === undefined ? '' : String(bench.memoryToReachMb),
  ];
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
