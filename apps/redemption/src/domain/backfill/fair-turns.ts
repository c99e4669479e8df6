/**
 * Whose turn it is among jobs that share a process's workers: whoever had least of their time. A job that joins begins
 * with as much as the least served has had, so that it neither waits for the others nor holds them up. Each process is
 * fair by itself, so all together are.
 */
export class FairTurns {
  #hadMs = new Map<string, number>();

  /** @returns the jobs, the one whose turn it is first; those that are not among them any more are forgotten */
  order(jobs: readonly string[]): string[] {
    const known = jobs.map((job) => this.#hadMs.get(job)).filter((ms) => ms !== undefined);
    const least = known.length === 0 ? 0 : Math.min(...known);
    this.#hadMs = new Map(jobs.map((job) => [job, this.#hadMs.get(job) ?? least]));
    return [...jobs].sort((a, b) => this.#had(a) - this.#had(b));
  }

  /** Reserved before it is spent, so that workers who choose at once do not all choose the same job. */
  take(job: string, ms: number): void {
    this.#hadMs.set(job, this.#had(job) + ms);
  }

  #had(job: string): number {
    return this.#hadMs.get(job) ?? 0;
  }
}
