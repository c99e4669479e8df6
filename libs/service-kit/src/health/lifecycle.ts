import { Injectable } from '@nestjs/common';

/** Where the process stands: it takes requests from `serving` until it is told to leave. */
@Injectable()
export class Lifecycle {
  #phase: 'starting' | 'serving' | 'leaving' = 'starting';

  get phase(): 'starting' | 'serving' | 'leaving' {
    return this.#phase;
  }

  serve(): void {
    if (this.#phase === 'starting') this.#phase = 'serving';
  }

  leave(): void {
    this.#phase = 'leaving';
  }
}
