import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const MEGABYTE = 1_048_576;
const SAMPLE_MS = 100;

/** The most physical memory that a process has had since the measurement began. */
export interface MemoryMeasurement {
  /** Ends the measurement. @returns MiB */
  peakMb(): number;
}

/** Linux keeps the peak itself and forgets it when asked to; elsewhere the process is looked at every 100 ms. */
export function measureMemory(pid: number): MemoryMeasurement {
  if (existsSync(`/proc/${pid}/clear_refs`)) {
    writeFileSync(`/proc/${pid}/clear_refs`, '5');
    return { peakMb: () => kilobytes(/^VmHWM:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))) / 1_024 };
  }
  let most = residentBytes(pid);
  const sampling = setInterval(() => (most = Math.max(most, residentBytes(pid))), SAMPLE_MS);
  return {
    peakMb: () => {
      clearInterval(sampling);
      return Math.max(most, residentBytes(pid)) / MEGABYTE;
    },
  };
}

function residentBytes(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1_024;
}

function kilobytes(match: RegExpExecArray | null): number {
  if (match === null) throw new Error('the process does not tell its peak of memory');
  return Number(match[1]);
}
