export const BACKFILL_STATUSES = ['planned', 'running', 'paused', 'verifying', 'done', 'cancelled', 'failed'] as const;
export type BackfillStatus = (typeof BACKFILL_STATUSES)[number];

/** What the job carries out: the reward was enabled, disabled, or its frequency or quantity changed. */
export const BACKFILL_KINDS = ['enable', 'disable', 'change'] as const;
export type BackfillKind = (typeof BACKFILL_KINDS)[number];

export const BACKFILL_CONTROLS = ['pause', 'resume', 'cancel'] as const;
export type BackfillControl = (typeof BACKFILL_CONTROLS)[number];

/** Every step there is: planned -> running <-> paused -> verifying -> done | cancelled | failed. */
export const BACKFILL_STEPS: Readonly<Record<BackfillStatus, readonly BackfillStatus[]>> = {
  planned: ['running', 'cancelled', 'failed'],
  running: ['paused', 'verifying', 'cancelled', 'failed'],
  paused: ['running', 'cancelled'],
  verifying: ['done', 'cancelled', 'failed'],
  done: [],
  cancelled: [],
  failed: [],
};

/** Statuses in which the job goes on by itself. */
export const WORKING: readonly BackfillStatus[] = ['planned', 'running', 'verifying'];
export const UNFINISHED: readonly BackfillStatus[] = [...WORKING, 'paused'];

export interface BackfillStanding {
  readonly status: BackfillStatus;
  readonly kind: BackfillKind;
  /** This job, or the unfinished one it took over from, has enabled the reward. */
  readonly enabledReward: boolean;
}

export type ControlDecision =
  | { readonly kind: 'steps'; readonly steps: readonly BackfillStatus[]; readonly disablesReward: boolean }
  | { readonly kind: 'illegal'; readonly detail: string };

/** What a control does to a job. Given twice it changes nothing the second time. */
export function decideControl(job: BackfillStanding, control: BackfillControl): ControlDecision {
  switch (control) {
    case 'pause':
      if (job.status === 'paused') return steps();
      if (job.status === 'planned') return steps('running', 'paused');
      return job.status === 'running' ? steps('paused') : illegal(job, control);
    case 'resume':
      if (job.status === 'running' || job.status === 'planned') return steps();
      return job.status === 'paused' ? steps('running') : illegal(job, control);
    case 'cancel':
      return decideCancel(job);
  }
}

/**
 * Cancelling an enabling undoes it: the reward is disabled. A disabling or a change has taken effect already and its job
 * only carries it out, so stopping half-way would leave open rows that nobody is entitled to.
 */
function decideCancel(job: BackfillStanding): ControlDecision {
  if (job.status === 'cancelled') return steps();
  if (!UNFINISHED.includes(job.status)) return illegal(job, 'cancel');
  if (job.kind !== 'enable' && !job.enabledReward) {
    return { kind: 'illegal', detail: `a job that carries out a ${job.kind} can be paused, not cancelled` };
  }
  return { kind: 'steps', steps: ['cancelled'], disablesReward: job.enabledReward };
}

function steps(...taken: BackfillStatus[]): ControlDecision {
  return { kind: 'steps', steps: taken, disablesReward: false };
}

function illegal(job: BackfillStanding, control: BackfillControl): ControlDecision {
  return { kind: 'illegal', detail: `${control} is no step of a job that is ${job.status}` };
}

/** What a job's worker does next, when there is no chunk for it to take. */
export type NextStep = 'begin' | 'verify' | 'verify_slice' | 'finish' | 'none';

export interface SlicesLeft {
  readonly slices: number;
  /** With creators that no chunk has met, perhaps in the hands of other workers. */
  readonly unmet: number;
  readonly unverified: number;
}

/** A job that was paused before it began is running once it is resumed, and has no slices yet. */
export function nextStep(status: BackfillStatus, left: SlicesLeft): NextStep {
  if (status === 'planned') return 'begin';
  if (status === 'running') {
    if (left.slices === 0) return 'begin';
    return left.unmet === 0 ? 'verify' : 'none';
  }
  if (status !== 'verifying') return 'none';
  return left.unverified === 0 ? 'finish' : 'verify_slice';
}
