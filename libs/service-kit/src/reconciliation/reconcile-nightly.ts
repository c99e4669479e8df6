import { CLOCK, type ClientId, type Clock } from '#libs/kernel';
import { Inject } from '@nestjs/common';
import { Reconciles, type Reconciler } from '../reconcilers/reconciles.ts';
import { nightOf } from './night.ts';
import { Reconciliation } from './reconciliation.ts';

/** The hour, UTC, from which on a night's runs are made. */
export const RECONCILE_HOUR = Symbol('ReconcileHour');

/** A process that is told to stop waits for the run of its reconcilers. */
const WORK_AT_A_TIME_MS = 2_000;

/**
 * Makes the runs of the night, and goes on with any that was left. One a night and client, whatever the number of
 * processes: a row with the date. A night that nobody was up for is made up for by the first process that is.
 */
@Reconciles({ name: 'reconcile-nightly', everyMs: 30_000 })
export class ReconcileNightly implements Reconciler {
  readonly #reconciliation: Reconciliation;
  readonly #clock: Clock;
  readonly #hour: number;
  #night = '';
  readonly #begun = new Set<ClientId>();

  constructor(reconciliation: Reconciliation, @Inject(CLOCK) clock: Clock, @Inject(RECONCILE_HOUR) hour: number) {
    this.#reconciliation = reconciliation;
    this.#clock = clock;
    this.#hour = hour;
  }

  async runOnce(): Promise<boolean> {
    const until = performance.now() + WORK_AT_A_TIME_MS;
    const night = nightOf(this.#clock.now(), this.#hour);
    if (night !== this.#night) this.#begun.clear();
    this.#night = night;
    let left = false;
    for (const clientId of await this.#reconciliation.clients()) {
      await this.#begin(clientId, night);
      const { worked, through } = await this.#reconciliation.drive(clientId, until);
      if (!worked) await this.#reconciliation.lookAtOpen(clientId);
      if (worked && !through) left = true;
      if (performance.now() >= until) return left;
    }
    return left;
  }

  async #begin(clientId: ClientId, night: string): Promise<void> {
    if (this.#begun.has(clientId)) return;
    await this.#reconciliation.begin(clientId, { night });
    this.#begun.add(clientId);
  }
}
