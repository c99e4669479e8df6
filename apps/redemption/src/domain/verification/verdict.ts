/** What an independent verification looks for, each under a name of its own. */
export const CHECKS = [
  'missing_row',
  'doubled_row',
  'open_without_right',
  'hidden_with_right',
  'hidden_reason',
  'quota',
  'history',
  'counts',
  'certificate',
] as const;
export type Check = (typeof CHECKS)[number];

/** One thing that is not as it has to be. */
export interface Fault {
  readonly rewardId: string | null;
  readonly creatorId: string | null;
  readonly redemptionId: string | null;
  readonly expected: string;
  readonly found: string;
}

/** What one look has found under one check: how many faults, and the first of them. */
export interface Finding {
  readonly check: Check;
  readonly faults: number;
  readonly examples: readonly Fault[];
}

export const EXAMPLES = 5;

/** Adds up findings of one look after the other, and keeps no more than the first examples of each check. */
export class Verdict {
  readonly #faults = new Map<Check, number>();
  readonly #examples = new Map<Check, readonly Fault[]>();

  add(findings: readonly Finding[]): void {
    for (const { check, faults, examples } of findings) {
      this.#faults.set(check, (this.#faults.get(check) ?? 0) + faults);
      this.#examples.set(check, [...(this.#examples.get(check) ?? []), ...examples].slice(0, EXAMPLES));
    }
  }

  /** Every check, also those that have found nothing. */
  findings(): readonly Finding[] {
    return CHECKS.map((check) => ({
      check,
      faults: this.#faults.get(check) ?? 0,
      examples: this.#examples.get(check) ?? [],
    }));
  }

  get faults(): number {
    return [...this.#faults.values()].reduce((sum, faults) => sum + faults, 0);
  }
}
