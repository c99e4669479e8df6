import { applyDecorators, Injectable, SetMetadata } from '@nestjs/common';

/** A loop that takes no input and looks at the state. */
export interface Reconciler {
  /**
   * Does a bounded piece of what is due, in transactions of its own. Several processes run the same loops: locks
   * (`FOR UPDATE SKIP LOCKED`, `pg_try_advisory_xact_lock`) keep them apart.
   * @returns true when there was work: it is called again at once
   */
  runOnce(): Promise<boolean>;
}

export interface ReconcilerOptions {
  /** `<service>.<what-it-does>`, for logs and metrics. */
  readonly name: string;
  /** The pause after a call that found nothing. */
  readonly everyMs: number;
  /** Also runs, until it finds nothing, in every process before it consumes or serves: partitions. */
  readonly atBoot?: boolean;
}

export const RECONCILER_METADATA = 'laurel:reconciler';

/** Declares a provider as a reconciler; processes with the role `reconcilers` run it, never overlapping itself. */
export function Reconciles(options: ReconcilerOptions) {
  return applyDecorators(Injectable(), SetMetadata(RECONCILER_METADATA, options)) as (
    target: new (...args: never[]) => Reconciler,
  ) => void;
}
