import type { ServiceName } from '#libs/contracts';
import type { BenchStack } from './bench-stack.ts';

/** Which services run, in which roles (`LAUREL_ROLES`). */
export type Running = Readonly<Partial<Record<ServiceName, string>>>;

/** One measurement of one run: our way and the barest way to the same end, one right after the other. */
export interface Sample {
  /** Rows, events, creators or requests: what the work is counted in. */
  readonly rows: number;
  readonly seconds: number;
  readonly limitSeconds: number;
  /** Resident memory at its highest, of the process that does the work; null where no process of ours does it. */
  readonly peakMb: number | null;
}

export interface BenchContext {
  readonly quick: boolean;
  readonly stack: BenchStack;
  /** A full size, at the size of this run. */
  scale(full: number): number;
  /** Tells whoever waits what is being done. */
  report(line: string): void;
}

/** A row of the table. What it prepares, generates and tidies up stays outside both times. */
export interface Bench {
  readonly name: string;
  readonly work: string;
  readonly ratioToReach: number;
  /** Where there is one. */
  readonly memoryToReachMb?: number;
  /** Of its size with `--quick`, where a twentieth would still take minutes. */
  readonly quickScale?: number;
  /** What shall run meanwhile; all of it when not given. Rows that need less than all are measured last. */
  readonly running?: Running;
  /** Called once before anything is measured, while everything runs: clients and their programs. */
  prepare?(context: BenchContext, runs: number): Promise<void>;
  run(context: BenchContext): Promise<Sample>;
}
