import type { ClientId } from '#libs/kernel';
import { Metrics } from '#libs/service-kit';
import { Injectable, Logger } from '@nestjs/common';
import { Counter } from 'prom-client';
import type { SealedPlace } from './sealed-place.ts';
import type { SealBrokenError } from './secrets.errors.ts';

export type BrokenSealListener = (place: SealedPlace, clientId: ClientId) => void;

/** Tells people that something stored was tampered with: a log line of level error and a count to alert on. */
@Injectable()
export class SealAlerts {
  readonly #logger = new Logger(SealAlerts.name);
  readonly #broken: Counter<'field'>;
  readonly #listeners: BrokenSealListener[] = [];

  constructor(metrics: Metrics) {
    this.#broken = new Counter({
      name: 'laurel_sealed_values_broken_total',
      help: 'Openings of stored secrets that failed, by table and column: tampering, or a master key that is gone',
      labelNames: ['field'],
      registers: [metrics.registry],
    });
  }

  /** Is told of every one, besides. */
  listen(listener: BrokenSealListener): void {
    this.#listeners.push(listener);
  }

  broken(error: SealBrokenError, clientId: ClientId): void {
    const [field = ''] = error.place.field.split('/', 1);
    this.#broken.inc({ field });
    this.#logger.error({ err: error, clientId, kind: field }, 'a sealed value does not open');
    for (const listener of this.#listeners) listener(error.place, clientId);
  }
}
