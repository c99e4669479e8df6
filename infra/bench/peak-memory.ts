import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** Has Linux count a process's highest resident memory from now on; elsewhere it stays that of its whole life. */
export function resetPeak(pid: number): void {
  if (existsSync(`/proc/${pid}/clear_refs`)) writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

/** The highest resident memory since the last reset; null where the system does not tell. */
export function peakMbOf(pid: number): number | null {
  if (!existsSync(`/proc/${pid}/status`)) return null;
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) / 1024;
}
