import { Reconciles, type Reconciler } from '#libs/service-kit';
import { CarryOutErasures } from '../use-cases/erasure/carry-out-erasures.ts';

/** Erasures that are decided are carried out, and go on wherever a process has left them. */
@Reconciles({ name: 'ingestion.carry-out-erasures', everyMs: 500 })
export class CarryOutErasuresReconciler implements Reconciler {
  readonly #carryOut: CarryOutErasures;

  constructor(carryOut: CarryOutErasures) {
    this.#carryOut = carryOut;
  }

  runOnce(): Promise<boolean> {
    return this.#carryOut.execute();
  }
}
